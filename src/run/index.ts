/** The life of a run: starting, driving, recovering, resuming, listing. */

export type { Axes } from './axes.ts'
export {
  CancelledError,
  InterruptedError,
  LayoutInferenceError,
  ManifestError,
  MemoryLimitError,
  OutputTakenError,
  ProgramError,
  RunFailedError,
  RunNotFoundError,
  type RunPlace,
  resumeLine,
  TaskError,
} from './errors.ts'
export { type InferLayoutsOptions, type InferredLayout, inferLayouts } from './layouts.ts'
export { cancelRun, type ListedRun, listRuns, type RunStatus, readRunEvents, runStatus } from './list.ts'
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
export type { Binding } from './prepare.ts'
export type { ProgramSource } from './program.ts'
export { type ResumeRunOptions, resumeRun } from './resume.ts'
export { Run, type RunSummary } from './run.ts'
export { type StartRunOptions, startRun } from './start.ts'
export type { RunState, ShownState } from './state.ts'
