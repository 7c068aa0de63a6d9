/** The pieces of the two-stage symmetric eigenvalue problem: band to tridiagonal, tridiagonal to eigenvalues; and a tile by itself. */

import { NotConvergedError } from '../errors.ts'
import { callNative } from '../native.ts'
import { noTile, type Tile } from '../tile.ts'

/**
 * Symmetric band to tridiagonal form, A = Q T Q^T, by bulge chasing with reflectors as long as the band is wide.
 * LAPACK xSYTRD_SB2ST; Haidar, Ltaief and Dongarra, SC 2011. About 6 n^2 b flops.
 *
 * @param band (b + 1) x n, LAPACK band storage of the lower half: element (j + r, j) at row r of column j
 * @param d n x 2: diagonal and subdiagonal of T, the last of which is 0
 * @param options.reflectors n x n, takes those of Q as `bandReflect` applies them
 * @param options.threads within this call; the result does not depend on it
 */
export async function bandToTridiagonal(
  band: Tile,
  d: Tile,
  options: { readonly reflectors?: Tile | undefined; readonly threads?: number } = {},
): Promise<void> {
  const { reflectors = noTile(band), threads = 1 } = options
  await callNative((addon) => addon.sb2st(band, d, reflectors, threads))
}

/**
 * Eigenvalues of a tridiagonal matrix (n x 2, as above) into w (n x 1), ascending; its vectors as columns of z (n x n).
 * LAPACK xSTERF without vectors, xSTEDC (divide and conquer) with.
 * @throws NotConvergedError
 */
export async function tridiagonalEigen(d: Tile, w: Tile, z?: Tile): Promise<void> {
  const info = await callNative((addon) => (z ? addon.stedc(d, w, z) : addon.sterf(d, w)))
  if (info !== 0) throw new NotConvergedError(z ? 'stedc' : 'sterf', 'eigenvalues', info)
}

/**
 * Eigenvalues of the symmetric matrix whose lower half the tile `a` (n x n) holds, into w (n x 1), ascending. With
 * `vectors`, `a` becomes them, as columns; else it is overwritten. LAPACK xSYEVD.
 * @throws NotConvergedError
 */
export async function symmetricEigen(a: Tile, w: Tile, options: { readonly vectors: boolean }): Promise<void> {
  const info = await callNative((addon) => addon.syevd(a, w, options.vectors))
  if (info !== 0) throw new NotConvergedError('syevd', 'eigenvalues', info)
}
