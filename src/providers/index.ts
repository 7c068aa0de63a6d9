/** Who starts workers. */

export { lambdaFacts, slotsOf as lambdaSlots } from './aws-lambda/facts.ts'
export { addCosts, totalOf } from './costs.ts'
export { FunctionWorkersError, WorkerProcessError } from './errors.ts'
export {
  AccessDeniedError,
  type AnswerTo,
  type BatchAnswer,
  type BatchRequest,
  type CloudPlace,
  checkRequest,
  type CostItem,
  DeployError,
  type Deployed,
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
  type FunctionAnswer,
  type FunctionRequest,
  fitAnswer,
  type PullAnswer,
  type PullLoss,
  type PullReport,
  type PullRequest,
  PROTOCOL_VERSION,
  type SandboxFacts,
  tileBytesOf,
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
export { expectReach, functionWorkers, MOST_CALLERS } from './function-workers.ts'
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
