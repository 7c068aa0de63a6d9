/** Runs that several processes share: any of them may come, go or die. */

export { SharedConduct } from './conduct.ts'
export type { Coordination } from './coordination.ts'
export { dismiss, isDismissed } from './dismissal.ts'
export type { Joined } from './join.ts'
export { processName } from './process-name.ts'
export { COORDINATOR_VARIABLE, redisCoordination } from './redis.ts'
export { briefly } from './role.ts'
export { type Served, type ServeOptions, serveRuns } from './serve.ts'
