import { InternalError } from '../../errors.ts'
import { NotPositiveDefiniteError } from '../errors.ts'
import { callNative } from '../native.ts'
import type { Tile } from '../tile.ts'

/**
 * Cholesky factorization in place: the lower half of A becomes L with A = L L^T (the upper one U with A = U^T U),
 * and the other half zeros. LAPACK xPOTRF, n^3/3 flops.
 *
 * @param a n x n; only the named half is read
 * @throws NotPositiveDefiniteError with the local row of the pivot that is not positive, or NaN
 */
export async function potrf(a: Tile, options: { readonly uplo?: 'lower' | 'upper' } = {}): Promise<void> {
  const info = await callNative((addon) => addon.potrf(a, options.uplo === 'upper'))
  if (info > 0) throw new NotPositiveDefiniteError('potrf', info - 1)
  if (info < 0) throw new InternalError(`potrf was called with a wrong argument ${-info}`)
}
