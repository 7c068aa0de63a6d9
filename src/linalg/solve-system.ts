/** A linear system as the ways of solving it see it, and what they give. */

import { InputError } from '../errors.ts'
import type { Dtype } from '../kernels/index.ts'
import { type BigMatrix, tileDtype } from '../matrix/index.ts'
import type { Binding, ViewStep } from '../run/index.ts'
import { dimensions, inputTiled, requireSameDtype, requireSquare } from './algorithm.ts'

/** op(A) X = B with A of order n in nt x nt tiles of nb, and B of r columns in nt x rt tiles of nb x rb. */
export interface System {
  readonly A: BigMatrix
  readonly B: BigMatrix
  readonly transposeA: boolean
  readonly n: number
  readonly nb: number
  readonly nt: number
  readonly r: number
  readonly rb: number
  readonly rt: number
  readonly dtype: Dtype
}

/** A solution and what is known of it. */
export interface Solution {
  readonly method: 'cholesky' | 'lu' | 'qr' | 'mixed cholesky' | 'mixed lu' | 'substitution'
  readonly X: BigMatrix
  readonly rcond: number
  /** max_j ||b_j - op(A) x_j||_1 / (||A||_1 ||x_j||_1); substitution does not compute it. */
  readonly backwardError?: number
  /** max |U| / max |A|. */
  readonly growth?: number
  /** Of mixed precision, as dsgesv's ITER: corrections until its rule held, or below zero why it was done in float64. */
  readonly iterations?: number
  /** Corrections that X has had. */
  readonly refinements: number
}

/** @throws InputError when A is not square, B has other rows, or dtypes differ */
export function systemOf(A: BigMatrix, B: BigMatrix, transposeA: boolean): System {
  const { n, nb, nt } = requireSquare(A, 'solve')
  const { m, n: r } = dimensions(B)
  if (m !== n) {
    throw new InputError(
      `solve: ${A.url} has ${n} rows and ${B.url} has ${m}; a column of B is a right-hand side of n elements`,
    )
  }
  requireSameDtype('solve', A, B)
  const rb = Math.min(r, nb)
  return { A, B, transposeA, n, nb, nt, r, rb, rt: Math.ceil(r / rb), dtype: tileDtype(A.layout) }
}

/** op(A) in its tiles, seen through more views. */
export function leftSide({ A, nb, transposeA }: System, ...view: ViewStep[]): Binding {
  return inputTiled(A, [nb, nb], ...view, ...(transposeA ? [{ kind: 'transposed' } as const] : []))
}

export function rightSides({ B, nb, rb }: System): Binding {
  return inputTiled(B, [nb, rb])
}
