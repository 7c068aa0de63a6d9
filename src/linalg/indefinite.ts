import { isNumpywrenError } from '../errors.ts'

/** For `catch`: undefined for Cholesky's refusal of a matrix that nobody said was positive definite. @throws any other error */
export function unlessIndefinite(error: unknown): undefined {
  const { failure } = error as { readonly failure?: { readonly tag: string } }
  if (isNumpywrenError(error, 'TaskError') && failure?.tag === 'NotPositiveDefiniteError') return undefined
  throw error
}
