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
export type { CostItem, FunctionLimits, FunctionUsage, ProviderFacts, Sourced } from './facts.ts'
