import { NumpywrenError } from '../../errors.ts'
import { type RunPlace, resumeLine } from '../errors.ts'

/** The run failed under another driver, whose message this is. */
export class ElsewhereFailedError extends NumpywrenError {
  readonly _tag = 'ElsewhereFailedError'
  readonly category = 'fatal' as const
  readonly runId: string

  constructor(place: RunPlace, message: string | undefined) {
    super(message ?? `run ${place.runId} failed; to go on: ${resumeLine(place)}`)
    this.runId = place.runId
  }
}
