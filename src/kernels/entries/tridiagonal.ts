/** Kernels of the two-stage symmetric eigenvalue problem from the band on. */

import type { Kernel } from '../registry-types.ts'
import { bandToTridiagonal, tridiagonalEigen } from '../routines/tridiagonal.ts'
import { chaseKernel, valuesKernel } from './two-diagonals.ts'

/**
 * `D = sb2st(B)`: diagonal and subdiagonal (n x 2) of the tridiagonal matrix T = Q^T A Q, for the symmetric band matrix A of
 * which B ((b + 1) x n) holds the lower half, a diagonal a row.
 */
export const sb2stKernel: Kernel = chaseKernel({
  name: 'sb2st',
  band: 'B',
  reflectors: 0,
  work: 6,
  reduce: (band, d, _, threads) => bandToTridiagonal(band, d, { threads }),
})

/** `D, H = sb2st_vectors(B)`: as `sb2st`, with the reflectors of Q (n x n), which `band_reflect` applies. */
export const sb2stVectorsKernel: Kernel = chaseKernel({
  name: 'sb2st_vectors',
  band: 'B',
  reflectors: 1,
  work: 6,
  reduce: (band, d, [reflectors], threads) => bandToTridiagonal(band, d, { reflectors, threads }),
})

/** `w = sterf(D)`: eigenvalues (n x 1, ascending) of the tridiagonal matrix of `sb2st`. */
export const sterfKernel: Kernel = valuesKernel({
  name: 'sterf',
  vectors: 0,
  flops: (n) => 30 * n ** 2,
  solve: (d, w) => tridiagonalEigen(d, w),
})

/** `w, Z = stedc(D)`: as `sterf`, with the eigenvectors, the columns of Z (n x n). */
export const stedcKernel: Kernel = valuesKernel({
  name: 'stedc',
  vectors: 1,
  flops: (n) => (4 / 3) * n ** 3,
  solve: (d, w, [z]) => tridiagonalEigen(d, w, z),
})
