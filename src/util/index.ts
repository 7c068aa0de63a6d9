export { forEachLimit } from './for-each-limit.ts'
export { RecentDurations } from './recent-durations.ts'
export { repeat } from './repeat.ts'
