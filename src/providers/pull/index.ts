/** Workers that run in functions and pull their tasks from a coordinator outside of this process. */

export { type Root, rootsOf } from './tree.ts'
export { PullWorkers, type PullWorkersOptions } from './workers.ts'
