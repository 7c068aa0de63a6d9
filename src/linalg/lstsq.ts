import { InputError } from '../errors.ts'
import { type BigMatrix, tileDtype } from '../matrix/index.ts'
import { dimensions, requireSameDtype } from './algorithm.ts'
import { type LeastSquares, solveDeficient, solveFullRank } from './lstsq-stages.ts'
import type { ProcedureSpec, Report } from './spec.ts'
import { squareTiles } from './square-tiles.ts'
import { deliver } from './stage.ts'
import { epsilon } from './verify/ratio.ts'

export interface LstsqOptions {
  /** Part of the largest singular value up to which the others count as zero. @default max(m, n) times 2^-52 for float64, 2^-23 for float32 */
  readonly rcond?: number | undefined
}

/**
 * Least squares: the X of least norm among those of least ||b - A x||, column by column, for any m x n matrix A, as
 * `numpy.linalg.lstsq` has it. LAPACK xGELS, and xGELSD where the rank is in doubt.
 *
 * A (its transpose where m < n) is factored by QR over square tiles, 2 m n^2 - 2/3 n^3 flops; Q^T B and the solution follow in the same run.
 * Where the condition of R leaves its rank in doubt, or singular values are asked for, R goes to one tile of min(m, n)^2 elements,
 * and gelsd finds rank and solution.
 *
 * B is m x r; X is n x r. Facts: `rank`, the estimated reciprocal condition `rcond` of R and, with m > n and full rank, the sum of squares of each
 * column of B - A X (`residuals`).
 * @throws InputError when shapes do not fit
 */
export const lstsq: ProcedureSpec<LstsqOptions> = {
  name: 'lstsq',
  summary: 'X of least norm among those of least ||B - A X||, for A of any shape and rank',
  program: 'gels',
  examples: [
    'numpywren lstsq work/A work/B -o work/X',
    'numpywren lstsq work/A work/B -o work/X -s work/S --rcond 1e-10',
  ],
  operands: [
    { name: 'A', description: 'm x n' },
    { name: 'B', description: 'm x r, a column for each right-hand side' },
  ],
  results: [
    { name: 'X', option: 'output', short: 'o', description: 'the solution, n x r', when: 'always' },
    { name: 'S', option: 's', short: 's', description: 'singular values of A, descending', when: 'asked' },
  ],
  options: {
    rcond: {
      kind: 'number',
      description: 'part of the largest singular value up to which the others count as zero',
      otherwise: 'max(m, n) times the distance from 1 to the next number',
    },
  },
  async carryOut(call, stages) {
    const [A, B] = [call.operand('A'), call.operand('B')]
    const problem = problemOf(A, B)
    const rcond = rcondOf(call.options.rcond, problem)
    const first = await solveFullRank(problem, stages)
    const isFull = first.rcond >= doubtful(problem, rcond)
    const places = call.isAsked('S') ? { S: call.place('S') } : {}
    const found =
      isFull && !call.isAsked('S') ? first : await solveDeficient(problem, first, { rcond, isFull, stages, ...places })
    await deliver(stages, found.X, { place: call.place('X'), tile: [dimensions(A).nb, dimensions(B).nb] })
    return report(problem, { rank: found.rank, rcond: first.rcond, residuals: first.residuals })
  },
}

function problemOf(A: BigMatrix, B: BigMatrix): LeastSquares {
  const { m, n, side } = squareTiles(A)
  const b = dimensions(B)
  if (b.m !== m) {
    throw new InputError(
      `lstsq: ${A.url} has ${m} rows and ${B.url} has ${b.m}; a column of B is a right-hand side of m elements`,
    )
  }
  requireSameDtype('lstsq', A, B)
  const width = Math.min(b.n, side)
  const [long, order] = [Math.max(m, n), Math.min(m, n)]
  return {
    A,
    B,
    isWide: m < n,
    m,
    n,
    r: b.n,
    order,
    side,
    mt: Math.ceil(long / side),
    nt: Math.ceil(order / side),
    rt: Math.ceil(b.n / width),
    width,
    dtype: tileDtype(A.layout),
  }
}

/** Rounding errors of the factorization grow with the extents; with eps alone they count as rank. @throws InputError when it is negative */
function rcondOf(given: number | undefined, { dtype, m, n }: LeastSquares): number {
  if (given === undefined) return Math.max(m, n) * 2 * epsilon[dtype]
  if (given < 0) throw new InputError(`lstsq: rcond must be at least 0, got ${given}`)
  return given
}

/**
 * Estimates of 1 / cond(R) in the 1-norm below this leave open whether a singular value counts as zero: cond_2 is seldom beyond
 * sqrt(n) times cond_1 (never beyond n), and estimates are seldom wrong by 10.
 */
function doubtful({ order, dtype }: LeastSquares, rcond: number): number {
  return Math.max(100 * order * epsilon[dtype], 10 * Math.sqrt(order) * rcond)
}

function report(
  problem: LeastSquares,
  found: { readonly rank: number; readonly rcond: number; readonly residuals: readonly number[] },
): Report {
  const { m, n, order, A } = problem
  const { rank, rcond, residuals } = found
  const warnings =
    rank === order
      ? []
      : [
          `${A.url} has rank ${rank}, less than ${order}, to working precision: of the solutions, X is the one of least norm`,
        ]
  return { facts: { rank, rcond, residuals: m > n && rank === order ? residuals : [] }, warnings }
}
