/** What can go wrong in a store. The category tells who may try again. */

import { type ErrorCategory, NumpywrenError } from '../errors.ts'

export interface StoreErrorFields {
  /** What was asked of the store, e.g. `write`. */
  readonly operation: string
  /** URL of the object or store. */
  readonly url: string
  readonly cause?: unknown
}

/** Base of all errors of a store. */
export abstract class StoreError extends NumpywrenError {
  readonly operation: string
  readonly url: string

  constructor(message: string, { operation, url, cause }: StoreErrorFields) {
    super(message, cause === undefined ? undefined : { cause })
    this.operation = operation
    this.url = url
  }
}

/** The store did not answer, or answered with a passing failure: worth another attempt. */
export class StoreUnavailableError extends StoreError {
  readonly _tag = 'StoreUnavailableError'
  readonly category: ErrorCategory = 'transient'

  constructor(fields: StoreErrorFields) {
    super(`could not ${fields.operation} ${fields.url}: ${reason(fields.cause)}`, fields)
  }
}

/** No space (or quota) left. */
export class StoreFullError extends StoreError {
  readonly _tag = 'StoreFullError'
  readonly category: ErrorCategory = 'fatal'

  constructor(fields: StoreErrorFields) {
    super(
      `no space to ${fields.operation} ${fields.url} (${reason(fields.cause)}); free some space or use another store`,
      fields,
    )
  }
}

/** The operating system or the service refuses access. */
export class StorePermissionError extends StoreError {
  readonly _tag = 'StorePermissionError'
  readonly category: ErrorCategory = 'fatal'

  constructor(fields: StoreErrorFields) {
    super(
      `not allowed to ${fields.operation} ${fields.url} (${reason(fields.cause)}); change its permissions or use another store`,
      fields,
    )
  }
}

/** The object that came is not the one that was put: its checksum is wrong, at every attempt. */
export class CorruptObjectError extends StoreError {
  readonly _tag = 'CorruptObjectError'
  readonly category: ErrorCategory = 'fatal'
  /** What was found and what was wanted. */
  readonly reason: string

  constructor(fields: StoreErrorFields) {
    super(`${fields.url} is damaged: ${reason(fields.cause)}`, fields)
    this.reason = reason(fields.cause)
  }
}

/** The store cannot be used as it is set up: no such bucket, no credentials, a missing package. The problem says what to do. */
export class StoreSetupError extends StoreError {
  readonly _tag = 'StoreSetupError'
  readonly category: ErrorCategory = 'input'

  constructor(problem: string, fields: StoreErrorFields) {
    super(`cannot ${fields.operation} ${fields.url}: ${problem}`, fields)
  }
}

/** The service refused a request in a way that another attempt does not mend. */
export class StoreRefusedError extends StoreError {
  readonly _tag = 'StoreRefusedError'
  readonly category: ErrorCategory = 'fatal'

  constructor(fields: StoreErrorFields) {
    super(`the store refused to ${fields.operation} ${fields.url}: ${reason(fields.cause)}`, fields)
  }
}

/** The key breaks the rules of {@link Store}. */
export class InvalidKeyError extends StoreError {
  readonly _tag = 'InvalidKeyError'
  readonly category: ErrorCategory = 'input'
  readonly key: string

  constructor(key: string, problem: string, url: string) {
    super(
      `invalid key ${JSON.stringify(key)} in ${url}: ${problem}; a key is names joined by single slashes, such as A/c/0/1`,
      { operation: 'use', url },
    )
    this.key = key
  }
}

/** One key would be the folder of another. */
export class KeyConflictError extends StoreError {
  readonly _tag = 'KeyConflictError'
  readonly category: ErrorCategory = 'input'

  constructor(url: string, cause?: unknown) {
    super(
      `cannot write ${url}: it would be the folder of another object, or another object is its folder; choose another name or remove that object`,
      { operation: 'write', url, cause },
    )
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
