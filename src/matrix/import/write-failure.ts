import type { NumpywrenError } from '../../errors.ts'
import { StoreFullError, StorePermissionError, StoreUnavailableError } from '../../storage/index.ts'

/** The typed error for a local file (temporary or exported) that could not be written. */
export function writeFailure(file: string, cause: unknown): NumpywrenError {
  const fields = { operation: 'write', url: file, cause }
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new StoreFullError(fields)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new StorePermissionError(fields)
    default:
      return new StoreUnavailableError(fields)
  }
}
