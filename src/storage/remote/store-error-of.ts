import {
  CorruptObjectError,
  KeyConflictError,
  type StoreError,
  StoreFullError,
  StorePermissionError,
  StoreRefusedError,
  StoreSetupError,
  StoreUnavailableError,
} from '../errors.ts'
import { type Failure, StalledError, WrongBytesError } from './failure.ts'

/** The store error that a request's last failure means. */
export function storeErrorOf(failure: Failure, error: unknown, operation: string, url: string): StoreError {
  const fields = { operation, url, cause: plainCause(error) }
  switch (failure.kind) {
    case 'throttled':
    case 'transient':
      return new StoreUnavailableError(fields)
    case 'damaged':
      return new CorruptObjectError(fields)
    case 'key-conflict':
      return new KeyConflictError(url, fields.cause)
    case 'forbidden':
      return new StorePermissionError(fields)
    case 'full':
      return new StoreFullError(fields)
    case 'input':
      return new StoreSetupError(failure.advice ?? fields.cause.message, fields)
    case 'missing':
    case 'exists':
    case 'fatal':
      return new StoreRefusedError(fields)
  }
}

/**
 * An error of a client library holds requests and responses with all their headers, the credentials among them. Of those errors only
 * name, code, status and message go on, so that whatever prints a chain of causes prints no secret.
 */
function plainCause(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  const { name, message } = error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const words = message || code || name
  const isPlain = name === 'Error' || error instanceof WrongBytesError || error instanceof StalledError
  return new Error(isPlain || words.includes(name) ? words : `${name}: ${words}`)
}
