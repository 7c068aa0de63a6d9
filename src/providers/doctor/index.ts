/** What the doctor of every platform looks at. */

export { pingFindings } from './ping.ts'
export { problem } from './problem.ts'
export { storeFindings } from './store-findings.ts'
export { storeTrial } from './store-trial.ts'
