export { forEachLimit } from './for-each-limit.ts'
export { repeat } from './repeat.ts'
