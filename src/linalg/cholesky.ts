import { inputTiled, layoutOf, requireSquare, shipped } from './algorithm.ts'
import type { ProgramSpec } from './spec.ts'

/**
 * Cholesky factorization A = L L^T of a symmetric positive definite matrix, right-looking over the tiles. LAPACK xPOTRF, uplo = 'L'.
 *
 * n^3 / 3 flops. Of A (n x n) the lower half is read; of L the lower tiles are written, the upper half reads as zeros.
 * @throws InputError when A is not square
 */
export const cholesky: ProgramSpec = {
  name: 'cholesky',
  summary: 'A = L L^T of a symmetric positive definite matrix; the lower half of A is read',
  examples: [
    'numpywren cholesky work/A -o work/L',
    'numpywren cholesky work/A -o work/L --slots 4 --durability full --json',
  ],
  operands: [{ name: 'A', description: 'n x n, symmetric positive definite' }],
  results: [{ name: 'L', option: 'output', short: 'o', description: 'L, lower triangular', when: 'always' }],
  options: {},
  plan(call) {
    const A = call.operand('A')
    const { n, nb, nt } = requireSquare(A, 'cholesky')
    return {
      name: 'cholesky',
      program: shipped('cholesky'),
      args: { N: nt, truncate: 0 },
      bindings: {
        A: inputTiled(A, [nb, nb]),
        L: { ...call.place('L'), layout: layoutOf(A, [n, n], [nb, nb]), attributes: { structure: 'lower' } },
      },
      parameters: { n, tile: nb },
      results: { L: 'L' },
    }
  },
}
