import type { TileArray } from '../../matrix/index.ts'
import { requireSquare, tiledAs } from '../algorithm.ts'
import { scaledRatio, type Verdict, verdict } from './ratio.ts'
import { norm1, type ResidualOptions, residualNorm1 } from './residual.ts'
import type { VerifySpec } from './spec.ts'

/**
 * ||A - L L^T|| / (n ||A|| eps) in the 1-norm, of the symmetric matrix whose lower half A holds. LAPACK TESTING/LIN xPOT01.
 * @throws InputError when A and L do not fit
 */
export async function verifyCholesky(A: TileArray, L: TileArray, options: ResidualOptions = {}): Promise<Verdict> {
  const { n, nb } = requireSquare(A, 'verify cholesky')
  const [target, factor] = [tiledAs(A, [nb, nb]), tiledAs(L, [nb, nb])]
  const residual = { target, left: factor, right: factor, rightTransposed: true, symmetric: true, leftLower: true }
  const norm = await norm1(target, { ...options, symmetric: true })
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
