/** Numbers that judge a solution, from the small matrices that programs leave beside it. */

import type { Dtype } from '../kernels/index.ts'
import type { BigMatrix } from '../matrix/index.ts'
import { epsilon, scaledRatio } from './verify/ratio.ts'

/** Every element of a small matrix. */
export async function valuesOf(matrix: BigMatrix | undefined): Promise<Float64Array> {
  if (matrix === undefined) return new Float64Array(0)
  return Float64Array.from((await matrix.read()).data)
}

/** The one element of a matrix. */
export async function elementOf(matrix: BigMatrix | undefined): Promise<number> {
  return (await valuesOf(matrix))[0] ?? Number.NaN
}

/** NaN counts as the largest. */
export function largestOf(values: Iterable<number>): number {
  let largest = 0
  for (const value of values) if (value > largest || Number.isNaN(value)) largest = value
  return largest
}

/**
 * 1 / (||A||_1 est(||inv(A)||_1)), between 0 and 1; 0 for a zero matrix and where the estimate overflowed. LAPACK xGECON.
 * @param norm ||A||_1
 * @param inverse 1-norms of columns that inv(A) makes of columns of 1-norm 1
 */
export function reciprocalCondition(norm: number, inverse: Float64Array): number {
  const largest = largestOf(inverse)
  const rcond = 1 / largest / norm
  return norm > 0 && Number.isFinite(largest) && Number.isFinite(rcond) ? Math.min(1, rcond) : 0
}

/** The largest ||b_j - A x_j||_1 / (||A||_1 ||x_j||_1), as the judgement of a solution has it but for eps. */
export function backwardError(norm: number, solutions: Float64Array, residuals: Float64Array, dtype: Dtype): number {
  const ratios = Array.from(residuals, (residual, j) => scaledRatio(residual, [norm, solutions[j] ?? 0], dtype))
  return ratios.reduce((worst, ratio) => Math.max(worst, ratio), 0) * epsilon[dtype]
}

/** What to say of a matrix whose inverse is mostly rounding errors; undefined for any other. */
export function conditionWarning(url: string, rcond: number, dtype: Dtype): string | undefined {
  // SciPy warns below the distance from 1 to the next number, twice what LAPACK calls epsilon.
  const bound = 2 * epsilon[dtype]
  if (rcond >= bound) return undefined
  return `${url} is singular to working precision: its reciprocal condition number is estimated as ${rcond.toExponential(1)}, below ${bound.toExponential(1)}; the result may have no correct digit`
}
