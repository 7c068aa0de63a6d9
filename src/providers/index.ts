/** Who starts workers. */

export { WorkerProcessError } from './errors.ts'
export { localProvider } from './local/provider.ts'
export type {
  BoundMatrix,
  ProcessContext,
  Provider,
  RunContext,
  Usage,
  WorkerGroup,
  WorkerGroupOptions,
  WorkerProcesses,
} from './provider.ts'
export { functionProvider, functionProviderName, functionProviderNames } from './registry.ts'
