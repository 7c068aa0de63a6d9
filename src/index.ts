/** numpywren: dense linear algebra on tiles in a store. The public names, listed one by one. */

export type { CallOptions, ConnectOptions, RunSettings, WithSummary, WorkOptions } from './client/index.ts'
export { connect, lambdapack, Numpywren, Operation } from './client/index.ts'
export { type ComparedPlace, type ComparedProviderName, type CompareOptions, compare } from './compare/index.ts'
export { type ErrorCategory, InputError, isNumpywrenError, NumpywrenError } from './errors.ts'
export type { RunEvent, RunStatistics, TaskFinished, Trace } from './events/index.ts'
export {
  type Kernel,
  type KernelRegistry,
  kernelRegistry,
  NotPositiveDefiniteError,
  type Tile,
} from './kernels/index.ts'
export {
  type CheckOptions,
  type CompiledProgram,
  check,
  type Dag,
  type Diagnostic,
  dag,
  type Profile,
  profile,
  renderDiagnostic,
} from './lambdapack/index.ts'
export type { Assumption, GemmOptions, Report, Verdict } from './linalg/index.ts'
export { SingularMatrixError } from './linalg/index.ts'
export {
  AlreadyExistsError,
  BigMatrix,
  CorruptTileError,
  type GenerateOptions,
  type ImportOptions,
  type KindName,
  type Layout,
  MatrixNotFoundError,
  type Rectangle,
  type TileArray,
} from './matrix/index.ts'
export {
  AccessDeniedError,
  type CostItem,
  DeployError,
  type Deployed,
  type DeployOptions,
  type DeployStep,
  type DestroyOptions,
  type DoctorOptions,
  type Finding,
  FunctionNotFoundError,
  type FunctionPlace,
  type FunctionProvider,
  type FunctionProviderName,
  functionProvider,
  functionProviderNames,
} from './providers/index.ts'
export {
  type Comparison,
  comparisonHtml,
  comparisonSchema,
  dagSvg,
  profileSvg,
  runSvg,
  svgToPng,
} from './report/index.ts'
export {
  type Binding,
  CancelledError,
  type Collected,
  type CollectOptions,
  InterruptedError,
  type RunHandle,
  RunNotFoundError,
  type RunSummary,
  type Served,
  TaskError,
} from './run/index.ts'
export { openStore, type Store, StoreError } from './storage/index.ts'
