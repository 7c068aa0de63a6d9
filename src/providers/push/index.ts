/** Tasks that are sent to functions in batches, from a coordinator in this process. */

export { BatchSize } from './batch-size.ts'
export { PushGroup } from './group.ts'
export { expectAdmission } from './starved.ts'
export { type Ending, Strikes } from './strikes.ts'
