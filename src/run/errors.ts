/** How a run can end otherwise than well. */

import { type ErrorCategory, InputError, NumpywrenError } from '../errors.ts'
import type { FailureRecord } from '../scheduler/index.ts'

/** Which run, in which store: enough to say how to go on. */
export interface RunPlace {
  readonly runId: string
  /** URL of the store that keeps the run. */
  readonly storeUrl: string
}

/** The command that continues a run. */
export function resumeLine({ runId, storeUrl }: RunPlace): string {
  const store = /^[\w@%+=:,./-]+$/.test(storeUrl) ? storeUrl : `'${storeUrl.replaceAll("'", `'\\''`)}'`
  return `numpywren resume ${runId} --store ${store}`
}

/** A task failed for good, and the run with it. Numerical and input failures say what is wrong; others also how to go on. */
export class TaskError extends NumpywrenError {
  readonly _tag = 'TaskError'
  readonly category: ErrorCategory
  readonly runId: string
  readonly taskId: string
  readonly attempts: number
  /** What the last attempt failed with. */
  readonly failure: FailureRecord

  constructor(
    place: RunPlace,
    outcome: { readonly taskId: string; readonly attempts: number; readonly failure: FailureRecord },
  ) {
    const { failure, taskId, attempts } = outcome
    const isFinal = failure.category === 'numerical' || failure.category === 'input'
    super(
      isFinal
        ? failure.message
        : `${failure.message} (task ${taskId} of run ${place.runId}); to go on: ${resumeLine(place)}`,
    )
    this.category = failure.category
    this.runId = place.runId
    this.taskId = taskId
    this.attempts = attempts
    this.failure = failure
  }
}

/** The run failed outside of its tasks: its store, a worker, or the driver itself. */
export class RunFailedError extends NumpywrenError {
  readonly _tag = 'RunFailedError'
  readonly category: ErrorCategory = 'fatal'
  readonly runId: string

  constructor(place: RunPlace, cause: unknown) {
    const message = cause instanceof Error ? cause.message : String(cause)
    super(`run ${place.runId} failed: ${message}; to go on: ${resumeLine(place)}`, { cause })
    this.runId = place.runId
  }
}

/** The run was told to stop by its signal; what is stored stays. */
export class InterruptedError extends NumpywrenError {
  readonly _tag = 'InterruptedError'
  readonly category = 'fatal' as const
  readonly runId: string

  constructor(place: RunPlace, options?: ErrorOptions) {
    super(`run ${place.runId} was interrupted; to go on: ${resumeLine(place)}`, options)
    this.runId = place.runId
  }
}

/** The run was cancelled, by `cancel()` or from elsewhere. */
export class CancelledError extends NumpywrenError {
  readonly _tag = 'CancelledError'
  readonly category = 'fatal' as const
  readonly runId: string

  constructor(place: RunPlace) {
    super(`run ${place.runId} was cancelled; to go on all the same: ${resumeLine(place)}`)
    this.runId = place.runId
  }
}

/** There is no run of this name. */
export class RunNotFoundError extends InputError {
  override readonly _tag = 'RunNotFoundError'

  constructor({ runId, storeUrl }: RunPlace) {
    super(`there is no run ${runId} in ${storeUrl}; 'numpywren runs --store ${storeUrl}' lists those there are`)
  }
}

/** A run's manifest or state cannot be read. */
export class ManifestError extends InputError {
  override readonly _tag = 'ManifestError'
}

/** An output is taken: by a matrix or by a run that has not ended. */
export class OutputTakenError extends InputError {
  override readonly _tag = 'OutputTakenError'
}

/** `numpywren gc` is removing what a dead run left just where this run would go on. */
export class RemovalUnderWayError extends NumpywrenError {
  readonly _tag = 'RemovalUnderWayError'
  readonly category: ErrorCategory = 'transient'

  constructor(what: string, storeUrl: string) {
    super(`numpywren gc is removing left-overs of ${what} in ${storeUrl} at this moment: try again when it has ended`)
  }
}

/** The tiles of a matrix do not lie on a grid. */
export class LayoutInferenceError extends InputError {
  override readonly _tag = 'LayoutInferenceError'
}

/** A plan needs more memory than it may have. */
export class MemoryLimitError extends InputError {
  override readonly _tag = 'MemoryLimitError'
  readonly neededBytes: number
  readonly memoryBytes: number

  constructor(message: string, neededBytes: number, memoryBytes: number) {
    super(message)
    this.neededBytes = neededBytes
    this.memoryBytes = memoryBytes
  }
}

/** The program is faulty, or does not fit what is bound to it. */
export class ProgramError extends InputError {
  override readonly _tag = 'ProgramError'
}
