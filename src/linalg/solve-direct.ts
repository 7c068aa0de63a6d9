/** The ways of solving a linear system, each one run. */

import type { BigMatrix } from '../matrix/index.ts'
import { backwardError, elementOf, reciprocalCondition, valuesOf } from './condition.ts'
import { SingularMatrixError } from './errors.ts'
import { reflectorBlock } from './qr-tree.ts'
import { leftSide, rightSides, type Solution, type System } from './solve-system.ts'
import type { Stages } from './spec.ts'
import { runStage } from './stage.ts'

type Matrices = Readonly<Record<string, BigMatrix>>

/** What programs that solve with a factorization leave beside X. */
export async function judged(
  system: System,
  { AN, XN, RN, EN }: Matrices,
): Promise<{ rcond: number; backwardError: number }> {
  const norm = await elementOf(AN)
  return {
    rcond: reciprocalCondition(norm, await valuesOf(EN)),
    backwardError: backwardError(norm, await valuesOf(XN), await valuesOf(RN), system.dtype),
  }
}

/** By Cholesky, from the lower half of A. @throws TaskError with a NotPositiveDefiniteError */
export async function solveCholesky(system: System, refinements: number, stages: Stages): Promise<Solution> {
  const { n, nb, nt, rt } = system
  const done = await runStage(stages, {
    name: 'cholesky',
    program: 'posvx',
    args: { N: nt, R: rt, T: refinements + 1, n, nb },
    inputs: { A: leftSide({ ...system, transposeA: false }), B: rightSides(system) },
    outputs: ['X', 'AN', 'XN', 'RN', 'EN'],
  })
  return { method: 'cholesky', X: done.X!, refinements, ...(await judged(system, done)) }
}

/** By LU with tournament pivoting. @throws SingularMatrixError for a pivot that is exactly zero */
export async function solveLu(system: System, refinements: number, stages: Stages, name = 'lu'): Promise<Solution> {
  const { A, n, nb, nt, rt } = system
  const done = await runStage(stages, {
    name,
    program: 'gesvx',
    args: { N: nt, R: rt, T: refinements + 1, n, nb },
    inputs: { A: leftSide(system), B: rightSides(system) },
    outputs: ['X', 'AN', 'XN', 'RN', 'EN', 'IN', 'GA', 'GU'],
  })
  const info = await elementOf(done.IN)
  if (info > 0) throw new SingularMatrixError(A.url, info)
  const growth = (await elementOf(done.GU)) / (await elementOf(done.GA))
  return { method: 'lu', X: done.X!, growth, refinements, ...(await judged(system, done)) }
}

/** By QR, whatever the pivots of LU do. */
export async function solveQr(system: System, stages: Stages): Promise<Solution> {
  const { n, nb, nt, rt } = system
  const done = await runStage(stages, {
    name: 'qr',
    program: 'gels',
    args: { M: nt, N: nt, K: rt, d: nt, ib: Math.min(reflectorBlock, nb), n, nb },
    inputs: { A: leftSide(system), B: rightSides(system) },
    outputs: ['X', 'R', 'C', 'AN', 'XN', 'RN', 'SN', 'TN', 'EN'],
  })
  const { rcond, backwardError: error } = await judged(system, done)
  return { method: 'qr', X: done.X!, refinements: 0, rcond, backwardError: error }
}

/** By substitution, with a half of A. @throws SingularMatrixError for a zero on the diagonal */
export async function solveTriangular(system: System, half: 'lower' | 'upper', stages: Stages): Promise<Solution> {
  const { A, transposeA, n, nb, nt, rt } = system
  // The programs take a lower triangular L; an upper one is that of its transpose.
  const isUpper = half === 'upper'
  const triangle = leftSide({ ...system, transposeA: isUpper }, { kind: 'triangular', half })
  const done = await runStage(stages, {
    name: 'substitution',
    program: isUpper === transposeA ? 'trtrs_lower' : 'trtrs_lower_transposed',
    args: { N: nt, R: rt, n, nb },
    inputs: { L: triangle, B: rightSides(system) },
    outputs: ['X', 'AN', 'EN', 'IN'],
  })
  const info = await elementOf(done.IN)
  if (info > 0) throw new SingularMatrixError(A.url, info)
  const rcond = reciprocalCondition(await elementOf(done.AN), await valuesOf(done.EN))
  return { method: 'substitution', X: done.X!, rcond, refinements: 0 }
}
