/** LAPACK's test ratios: how far a result is from exact, in units of what rounding may do. */

import type { StoredDtype } from '../../matrix/index.ts'

/** Relative machine precision as LAPACK's tests take it (DLAMCH 'Epsilon'): half the distance from 1 to the next number. */
export const epsilon: Readonly<Record<StoredDtype, number>> = { float64: 2 ** -53, float32: 2 ** -24, int64: 2 ** -53 }

/** The verdict on a result. */
export interface Verdict {
  readonly algorithm: string
  /** What the ratio is, written as a formula. */
  readonly formula: string
  readonly ratio: number
  /** At or below it the result passes. LAPACK TESTING, linear equations: 30. */
  readonly threshold: number
  readonly passed: boolean
}

export const threshold = 30

/**
 * numerator / (d1 d2 ... eps) divided step by step, so that norms near 1e+-300 neither overflow nor vanish.
 * 0 / 0 is 0 (a zero matrix, exactly handled); x / 0 and NaN are infinite.
 */
export function scaledRatio(numerator: number, denominators: readonly number[], dtype: StoredDtype): number {
  if (numerator === 0) return 0
  const divisors = [...denominators].sort((a, b) => b - a)
  // eps first for a small numerator, last for a large one.
  if (numerator < 1) divisors.unshift(epsilon[dtype])
  else divisors.push(epsilon[dtype])
  const ratio = divisors.reduce((quotient, divisor) => quotient / divisor, numerator)
  return Number.isNaN(ratio) ? Number.POSITIVE_INFINITY : ratio
}

export function verdict(algorithm: string, formula: string, ratio: number): Verdict {
  return { algorithm, formula, ratio, threshold, passed: ratio <= threshold }
}
