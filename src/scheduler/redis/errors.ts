import { NumpywrenError } from '../../errors.ts'

/** Keys or records in Redis hold what we did not write: by another program's hand, or an older version's. */
export class DamagedStateError extends NumpywrenError {
  readonly _tag = 'DamagedStateError'
  readonly category = 'fatal' as const
}
