import type { TileArray } from '../../matrix/index.ts'
import { requireSquare } from '../algorithm.ts'
import { scaledRatio, type Verdict, verdict } from './ratio.ts'
import { norm1, type ResidualOptions, residualNorm1 } from './residual.ts'
import type { VerifySpec } from './spec.ts'

/**
 * ||A - L L^T|| / (n ||A|| eps) in the 1-norm, of the symmetric matrix whose lower half A holds. LAPACK TESTING/LIN xPOT01.
 * @throws InputError when the tiles of A and L do not fit
 */
export async function verifyCholesky(A: TileArray, L: TileArray, options: ResidualOptions = {}): Promise<Verdict> {
  const { n } = requireSquare(A, 'verify cholesky')
  const residual = { target: A, left: L, right: L, rightTransposed: true, symmetric: true, leftLower: true }
  const norm = await norm1(A, { ...options, symmetric: true })
  const ratio = scaledRatio(await residualNorm1(residual, options), [n, norm], A.layout.dtype)
  return verdict('cholesky', '||A - L L^T||_1 / (n ||A||_1 eps)', ratio)
}

/** `verify cholesky A L`. */
export const choleskyVerification: VerifySpec = {
  name: 'cholesky',
  summary: 'A - L L^T',
  matrices: ['A', 'L'],
  options: {},
  judge: ({ A, L }, options) => verifyCholesky(A!, L!, options),
}
