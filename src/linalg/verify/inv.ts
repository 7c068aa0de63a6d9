import { type BigMatrix, symmetric, type TileArray } from '../../matrix/index.ts'
import { requireSquare, tiledAs } from '../algorithm.ts'
import { type InvOptions, inverseAssumptions } from '../inv.ts'
import { identityLike } from './identity.ts'
import { scaledRatio, type Verdict, verdict } from './ratio.ts'
import { norm1, type ResidualOptions, residualNorm1 } from './residual.ts'
import type { VerifySpec } from './spec.ts'

/**
 * ||I - A X|| / (n ||A|| ||X|| eps) in the 1-norm. LAPACK TESTING/LIN xGET03, xPOT03.
 * @param given.assume `spd`: A is the symmetric matrix whose lower half is stored
 * @throws InputError when A and X do not fit
 */
export async function verifyInv(
  A: BigMatrix,
  X: BigMatrix,
  given: InvOptions = {},
  options: ResidualOptions = {},
): Promise<Verdict> {
  const { n, nb } = requireSquare(A, 'verify inv')
  const cut = tiledAs(A, [nb, nb])
  const left: TileArray = given.assume === 'spd' ? symmetric(cut, 'lower') : cut
  const right = tiledAs(X, [nb, nb])
  const numerator = await residualNorm1({ target: identityLike(left), left, right }, options)
  const norms = [await norm1(left, options), await norm1(right, options)]
  const formula = '||I - A X||_1 / (n ||A||_1 ||X||_1 eps)'
  return verdict('inv', formula, scaledRatio(numerator, [n, ...norms], A.layout.dtype))
}

/** `verify inv A X`. */
export const invVerification: VerifySpec<InvOptions> = {
  name: 'inv',
  summary: 'I - A X',
  matrices: ['A', 'X'],
  options: {
    assume: {
      kind: 'choice',
      choices: inverseAssumptions,
      description: 'what was known of A',
      otherwise: 'A is read whole',
    },
  },
  judge: ({ A, X }, options) => verifyInv(A!, X!, options, options),
}
