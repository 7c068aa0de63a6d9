/** The life of a run: starting, driving, recovering, resuming, listing. */

export type { Axes } from './axes.ts'
export type { Sharing } from './carry-out.ts'
export {
  CancelledError,
  InterruptedError,
  LayoutInferenceError,
  ManifestError,
  MemoryLimitError,
  OutputTakenError,
  ProgramError,
  RemovalUnderWayError,
  RunFailedError,
  RunNotFoundError,
  type RunPlace,
  resumeLine,
  TaskError,
} from './errors.ts'
export {
  type Collected,
  type CollectOptions,
  collectGarbage,
  goOnWith,
  type KeptItem,
  type RemovedItem,
} from './gc/index.ts'
export { isIntact } from './intact.ts'
export { cancelKey, reportKey, resultsPrefix, workPrefix } from './keys.ts'
export { type InferLayoutsOptions, type InferredLayout, inferLayouts } from './layouts.ts'
export {
  cancelRun,
  type ListedRun,
  listRuns,
  type RunDescription,
  type RunStatus,
  readRunEvents,
  runStatus,
  stagesOf,
} from './list.ts'
export {
  type AlgorithmNote,
  type Manifest,
  type ManifestInput,
  type ManifestIntermediate,
  type ManifestMatrix,
  type ManifestOutput,
  type RunOptions,
  readManifest,
  type ViewStep,
} from './manifest.ts'
export { heldBytes } from './memory.ts'
export { type OpenRecordedOptions, openRecorded, type RecordedRun } from './open-recorded.ts'
export type { Binding } from './prepare.ts'
export {
  dropWork,
  forgetProcedure,
  type ProcedureRecord,
  readProcedure,
  type StoredPlace,
  writeProcedure,
} from './procedure.ts'
export type { ProgramSource } from './program.ts'
export { type RecordKind, readRecord } from './records.ts'
export { type ResumeRunOptions, resumeRun } from './resume.ts'
export { Run, type RunHandle, type RunSummary } from './run.ts'
export { checkRunId, newRunId } from './run-id.ts'
export {
  briefly,
  COORDINATOR_VARIABLE,
  type Coordination,
  dismiss,
  isDismissed,
  type Joined,
  processName,
  redisCoordination,
  type Served,
  type ServeOptions,
  serveRuns,
} from './shared/index.ts'
export { type StartRunOptions, startRun } from './start.ts'
export { HEARTBEAT_MS, type RunState, readState, type ShownState, writeState } from './state.ts'
export { expectVouched, vouchFor } from './voucher.ts'
