export type {
  Answered,
  CloudPlace,
  Deployed,
  DeployedFunction,
  DeployOptions,
  DeployStep,
  DestroyOptions,
  DoctorOptions,
  Finding,
  FunctionPlace,
  FunctionProvider,
  FunctionProviderName,
  WorkerShape,
} from './contract.ts'
export {
  AccessDeniedError,
  DeployError,
  FunctionNotFoundError,
  type InvocationEnd,
  InvocationError,
  PayloadTooLargeError,
  ThrottledError,
} from './errors.ts'
export type { CostItem, FunctionBilling, FunctionLimits, FunctionUsage, ProviderFacts, Sourced } from './facts.ts'
export {
  type AnswerTo,
  type BatchAnswer,
  type BatchRequest,
  type BatchTask,
  type FunctionAnswer,
  type FunctionRequest,
  type PingAnswer,
  type PingRequest,
  PROTOCOL_VERSION,
  type PullAnswer,
  type PullLoss,
  type PullReport,
  type PullRequest,
  type RefusedAnswer,
  type SandboxFacts,
  type TaskAnswer,
} from './messages.ts'
export {
  checkRequest,
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
  fitAnswer,
  RequestFormatError,
} from './protocol.ts'
export { MAX_ARITY, MAX_TASKS, MAX_WIDTH } from './schemas.ts'
export { tileBytesOf } from './tile-bytes.ts'
