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
  type CostItem,
  checkRequest,
  DeployError,
  type Deployed,
  type DeployedFunction,
  type DeployOptions,
  type DeployStep,
  type DestroyOptions,
  type DoctorOptions,
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
  type Finding,
  type FunctionAnswer,
  FunctionNotFoundError,
  type FunctionPlace,
  type FunctionProvider,
  type FunctionProviderName,
  type FunctionRequest,
  type FunctionUsage,
  fitAnswer,
  InvocationError,
  PayloadTooLargeError,
  PROTOCOL_VERSION,
  type ProviderFacts,
  type PullAnswer,
  type PullLoss,
  type PullReport,
  type PullRequest,
  RequestFormatError,
  type SandboxFacts,
  type Sourced,
  ThrottledError,
  tileBytesOf,
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
