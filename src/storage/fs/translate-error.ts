import {
  InvalidKeyError,
  KeyConflictError,
  StoreError,
  StoreFullError,
  StorePermissionError,
  StoreUnavailableError,
} from '../errors.ts'
import { objectUrl } from '../key.ts'

/** The `code` of a system error, e.g. `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** True when the error says that there is no such object: neither file, nor a folder on the way to it. */
export function isMissing(error: unknown): boolean {
  const code = codeOf(error)
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR'
}

/** The store error that a failed system call means; one that is a store error already stays as it is. */
export function translateError(cause: unknown, operation: string, storeUrl: string, key: string): StoreError {
  if (cause instanceof StoreError) return cause
  const url = objectUrl(storeUrl, key)
  switch (codeOf(cause)) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new StoreFullError({ operation, url, cause })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new StorePermissionError({ operation, url, cause })
    case 'ENOTDIR':
    case 'EISDIR':
    case 'EEXIST':
    case 'ENOTEMPTY':
      return new KeyConflictError(url, cause)
    case 'ENAMETOOLONG':
      return new InvalidKeyError(key, 'a name in it is too long for the file system', storeUrl)
    default:
      return new StoreUnavailableError({ operation, url, cause })
  }
}
