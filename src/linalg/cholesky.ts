import type { BigMatrix } from '../matrix/index.ts'
import { type Algorithm, input, layoutOf, type Place, requireSquare, shipped } from './algorithm.ts'

/**
 * Cholesky factorization A = L L^T of a symmetric positive definite matrix, right-looking over the tiles. LAPACK xPOTRF, uplo = 'L'.
 *
 * n^3 / 3 flops. Of A the lower half is read; of L the lower tiles are written, the upper half reads as zeros.
 * @param A n x n, square tiles
 * @throws InputError when A or its tiles are not square
 */
export function cholesky(A: BigMatrix, out: Place): Algorithm {
  const { n, nb, nt } = requireSquare(A, 'cholesky')
  return {
    name: 'cholesky',
    program: shipped('cholesky'),
    args: { N: nt, truncate: 0 },
    bindings: {
      A: input(A),
      L: { ...out, layout: layoutOf(A, [n, n], [nb, nb]), attributes: { structure: 'lower' } },
    },
    parameters: { n, tile: nb },
    results: { L: 'L' },
  }
}
