/** Error base of the whole project: every error a user can meet is a {@link NumpywrenError}. */

/**
 * What a failure means to whoever decides what happens next:
 * - `input`: what the caller gave is wrong (exit code 2, never retried);
 * - `numerical`: the numbers refuse (`info > 0`; ends the run at once);
 * - `transient`: worth another attempt after a pause;
 * - `fatal`: the run or its surroundings failed and a retry would not help.
 */
export type ErrorCategory = 'input' | 'numerical' | 'transient' | 'fatal'

const brand = Symbol.for('numpywren.error')

/** Abstract base: a `_tag` that tells classes apart across bundles, a category, a cause. */
export abstract class NumpywrenError extends Error {
  abstract readonly _tag: string
  abstract readonly category: ErrorCategory

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    Object.defineProperty(this, brand, { value: true })
  }
}

/** Wrong usage, option or argument: names it, its value and what is allowed. */
export class InputError extends NumpywrenError {
  readonly _tag: string = 'InputError'
  readonly category = 'input' as const
}

/** A broken invariant of our own. */
export class InternalError extends NumpywrenError {
  readonly _tag = 'InternalError'
  readonly category = 'fatal' as const
}

/**
 * True for an error of ours; with tags, only for one of those.
 * Works across two loaded copies of this module (branded by `Symbol.for`).
 */
export function isNumpywrenError(error: unknown, ...tags: string[]): error is NumpywrenError {
  if (!(error instanceof Error) || !(brand in error)) return false
  return tags.length === 0 || tags.includes((error as unknown as NumpywrenError)._tag)
}
