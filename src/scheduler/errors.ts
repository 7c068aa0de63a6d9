import { NumpywrenError } from '../errors.ts'

/** The coordinator did not answer for as long as its client keeps trying. Whether the last calls took effect nobody knows; repeating them is safe. */
export class CoordinatorUnavailableError extends NumpywrenError {
  readonly _tag = 'CoordinatorUnavailableError'
  readonly category = 'transient' as const
}

/**
 * The epoch that a worker joined is not there any more: the coordinator was flushed, came back from an older snapshot, or
 * another plan took its place. What is done lies in the store; who holds the driver's role plans again, everybody else joins anew.
 */
export class CoordinatorLostError extends NumpywrenError {
  readonly _tag = 'CoordinatorLostError'
  /** Another attempt at the same task in the same epoch cannot succeed. */
  readonly category = 'fatal' as const
  readonly runId: string
  readonly epoch: string

  constructor(runId: string, epoch: string, reason: string, options?: ErrorOptions) {
    super(`the coordinator has lost epoch ${epoch} of run ${runId}: ${reason}`, options)
    this.runId = runId
    this.epoch = epoch
  }
}
