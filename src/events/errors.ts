import { NumpywrenError } from '../errors.ts'

/** A stored event segment holds something that is no event. */
export class EventFormatError extends NumpywrenError {
  readonly _tag = 'EventFormatError'
  readonly category = 'fatal' as const
}
