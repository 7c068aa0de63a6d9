import { type BigMatrix, symmetric, type TileArray, transposed, triangular } from '../../matrix/index.ts'
import { requireSquare, tiledAs } from '../algorithm.ts'
import { type SolveOptions, systemOptions } from '../solve.ts'
import { scaledRatio, type Verdict, verdict } from './ratio.ts'
import { columnAbsSums, norm1, type ResidualOptions, residualColumnSums } from './residual.ts'
import type { VerifySpec } from './spec.ts'

/**
 * The largest ||b - op(A) x|| / (||A|| ||x|| eps) over the right-hand sides, in the 1-norm. LAPACK TESTING/LIN xGET02, xPOT02.
 * @param given.assume as it was solved: `spd` is the symmetric matrix whose lower half A holds, `lower` and `upper` are the triangles of A
 * @throws InputError when shapes or tiles do not fit
 */
export async function verifySolve(
  A: BigMatrix,
  X: BigMatrix,
  B: BigMatrix,
  given: SolveOptions = {},
  options: ResidualOptions = {},
): Promise<Verdict> {
  const { nb } = requireSquare(A, 'verify solve')
  const meant = meantBy(
    tiledAs(A, [nb, nb]),
    given.assume ?? (A.attributes.structure === 'symmetric' ? 'spd' : undefined),
  )
  const left = given.transposeA ? transposed(meant) : meant
  const width = Math.min(nb, X.layout.shape[1] ?? 1)
  const [target, right] = [tiledAs(B, [nb, width]), tiledAs(X, [nb, width])]
  const residuals = await residualColumnSums({ target, left, right }, options)
  const sizes = await columnAbsSums(X, options)
  const norm = await norm1(left, options)
  let worst = 0
  for (const [column, residual] of residuals.entries()) {
    const ratio = scaledRatio(residual, [norm, sizes[column] ?? 0], A.layout.dtype)
    worst = Math.max(worst, ratio)
  }
  return verdict('solve', 'max_j ||b_j - A x_j||_1 / (||A||_1 ||x_j||_1 eps)', worst)
}

/** The matrix of the system, of which A may hold more than counts. */
function meantBy(A: TileArray, assume: SolveOptions['assume']): TileArray {
  if (assume === 'lower' || assume === 'upper') return triangular(A, assume)
  return assume === 'spd' ? symmetric(A, 'lower') : A
}

/** `verify solve A X B`. */
export const solveVerification: VerifySpec<SolveOptions> = {
  name: 'solve',
  summary: 'B - op(A) X, by right-hand side',
  matrices: ['A', 'X', 'B'],
  options: systemOptions,
  judge: ({ A, X, B }, options) => verifySolve(A!, X!, B!, options, options),
}
