export { forEachLimit } from './for-each-limit.ts'
export { peakMemoryBytes } from './peak-memory.ts'
export { RecentDurations } from './recent-durations.ts'
export { repeat } from './repeat.ts'
