/** Who starts workers. */

export { localProvider } from './local/provider.ts'
export type { BoundMatrix, Provider, RunContext, Usage, WorkerGroup, WorkerGroupOptions } from './provider.ts'
