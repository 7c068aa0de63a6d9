/** The runs of a least-squares problem. */

import type { Dtype } from '../kernels/index.ts'
import type { BigMatrix } from '../matrix/index.ts'
import type { Binding } from '../run/index.ts'
import { inputTiled, type Place } from './algorithm.ts'
import { elementOf, reciprocalCondition, valuesOf } from './condition.ts'
import { reflectorBlock } from './qr-tree.ts'
import type { Stages } from './spec.ts'
import { runStage } from './stage.ts'

/** A is m x n; it or its transpose, whichever is not wide, is cut into mt x nt square tiles, B into tiles of side x width. */
export interface LeastSquares {
  readonly A: BigMatrix
  readonly B: BigMatrix
  readonly isWide: boolean
  readonly m: number
  readonly n: number
  readonly r: number
  /** min(m, n) */
  readonly order: number
  readonly side: number
  readonly mt: number
  readonly nt: number
  readonly rt: number
  readonly width: number
  readonly dtype: Dtype
}

/** What QR gives when it may count on full rank. */
export interface FullRank {
  readonly X: BigMatrix
  /** Of A, or of its transpose where A is wide. */
  readonly R: BigMatrix
  /** Q^T B; undefined where A is wide. */
  readonly C?: BigMatrix
  readonly rank: number
  readonly rcond: number
  /** Sums of squares of the columns of B - A X; empty where A is wide. */
  readonly residuals: readonly number[]
}

/** Rows of panels of reflectors: enough domains for every core where A is tall, one domain where it is nearly square. */
function sizes({ mt, nt, rt, side, order }: LeastSquares) {
  const d = mt > 4 * nt ? Math.ceil(mt / 4) : mt
  return { M: mt, N: nt, K: rt, d, ib: Math.min(reflectorBlock, side), n: order, nb: side }
}

/** A, or its transpose, in square tiles. */
function tall({ A, m, n, side, isWide }: LeastSquares): Binding {
  return inputTiled(A, [Math.min(side, m), Math.min(side, n)], ...(isWide ? [{ kind: 'transposed' } as const] : []))
}

/** By QR of A, or of its transpose where A is wide. With deficient rank X is no solution. */
export async function solveFullRank(problem: LeastSquares, stages: Stages): Promise<FullRank> {
  const { B, isWide, order, side, width } = problem
  const right = inputTiled(B, [side, width])
  const shared = { name: 'qr', args: sizes(problem) }
  const done = isWide
    ? await runStage(stages, {
        ...shared,
        program: 'gels_least_norm',
        inputs: { AT: tall(problem), B: right },
        outputs: ['X', 'R', 'TN', 'EN'],
      })
    : await runStage(stages, {
        ...shared,
        program: 'gels',
        inputs: { A: tall(problem), B: right },
        outputs: ['X', 'R', 'C', 'AN', 'XN', 'RN', 'SN', 'TN', 'EN'],
      })
  return {
    X: done.X!,
    R: done.R!,
    ...(done.C === undefined ? {} : { C: done.C }),
    rank: order,
    rcond: reciprocalCondition(await elementOf(done.TN), await valuesOf(done.EN)),
    residuals: isWide ? [] : [...(await valuesOf(done.SN))],
  }
}

/** Rank and solution from R in one tile, with singular values at the place of S. With full rank the solution is the one that is there. */
export async function solveDeficient(
  problem: LeastSquares,
  { X, R, C }: FullRank,
  given: { readonly rcond: number; readonly isFull: boolean; readonly stages: Stages; readonly S?: Place },
): Promise<{ readonly X: BigMatrix; readonly rank: number }> {
  const { B, order, r, isWide, width } = problem
  const { rcond, isFull, stages, S } = given
  const whole = [order, order] as const
  const done = await runStage(stages, {
    name: 'rank',
    program: 'gelsd',
    args: { rcond },
    inputs: {
      A: inputTiled(R, whole, ...(isWide ? [{ kind: 'transposed' } as const] : [])),
      B: inputTiled(C ?? B, [order, r]),
    },
    outputs: ['X', 'K', ...(S === undefined ? ['S'] : [])],
    ...(S === undefined
      ? {}
      : { places: { S: { ...S, layout: { shape: [order], tile: [order], dtype: problem.dtype } } } }),
  })
  const rank = await elementOf(done.K)
  if (isFull) return { X, rank }
  if (!isWide) return { X: done.X!, rank }
  const { n: _n, nb: _nb, ...args } = sizes(problem)
  const applied = await runStage(stages, {
    name: 'least-norm',
    program: 'times_q',
    args,
    inputs: { A: tall(problem), Y: inputTiled(done.X!, [problem.side, width]) },
    outputs: ['X'],
  })
  return { X: applied.X!, rank }
}
