/**
 * What a failed request means, whichever service it was sent to:
 * - `throttled`: the service asks for fewer requests (429, 503 SlowDown); tried again, slower;
 * - `transient`: resets, stalls, 500, 502, 503, short bodies, conflicts of two writers; tried again;
 * - `damaged`: the bytes are not those of the checksum; tried again a few times, as the damage may be on the way or in the store;
 * - `key-conflict`: the key would be the folder of another; tried again a few times, as it may be that folder that is being removed just now;
 * - `missing`, `exists`: answers rather than failures; an adapter turns them into results inside its attempt;
 * - `forbidden`, `full`, `input`, `fatal`: final.
 */
export type FailureKind =
  | 'throttled'
  | 'transient'
  | 'damaged'
  | 'missing'
  | 'exists'
  | 'key-conflict'
  | 'forbidden'
  | 'full'
  | 'input'
  | 'fatal'

export interface Failure {
  readonly kind: FailureKind
  /** How long the service asks to wait before the next attempt. */
  readonly retryAfterMs?: number | undefined
  /** One sentence for the user: what is wrong and what to do; for `input`, where the service's own words are not enough. */
  readonly advice?: string | undefined
}

/** Attempts that are made at most at what most likely stays as it is. */
export const FEW_ATTEMPTS = 3

/** Thrown inside an attempt for bytes that are not those that were sent or asked for. */
export class WrongBytesError extends Error {
  override readonly name = 'WrongBytesError'
  readonly kind: 'damaged' | 'transient'

  /** @param kind `damaged` when the checksum is wrong, `transient` when bytes are missing */
  constructor(kind: 'damaged' | 'transient', message: string) {
    super(message)
    this.kind = kind
  }
}

/** Thrown inside an attempt that did not get on: the connection is cut, and another attempt made. */
export class StalledError extends Error {
  override readonly name = 'StalledError'
}
