/** Who starts workers. */

export { addCosts, totalOf } from './costs.ts'
export { FunctionWorkersError, WorkerProcessError } from './errors.ts'
export {
  AccessDeniedError,
  type CloudPlace,
  type CostItem,
  DeployError,
  type Deployed,
  type DeployedFunction,
  type DeployOptions,
  type DeployStep,
  type DestroyOptions,
  type DoctorOptions,
  type Finding,
  FunctionNotFoundError,
  type FunctionPlace,
  type FunctionProvider,
  type FunctionProviderName,
  type FunctionUsage,
  InvocationError,
  PayloadTooLargeError,
  type ProviderFacts,
  type Sourced,
  ThrottledError,
  type WorkerShape,
} from './function/index.ts'
export { functionWorkers, MOST_CALLERS } from './function-workers.ts'
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
export { type PricedCloud, type StorePrices, storeCosts, storePrices } from './store-prices.ts'
