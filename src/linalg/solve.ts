import { dimensions } from './algorithm.ts'
import { conditionWarning } from './condition.ts'
import { unlessIndefinite } from './indefinite.ts'
import { inspectStructure } from './inspect.ts'
import { solveCholesky, solveLu, solveQr, solveTriangular } from './solve-direct.ts'
import { type MixedOutcome, solveMixed } from './solve-mixed.ts'
import { type Solution, type System, systemOf } from './solve-system.ts'
import type { AlgorithmCall, OptionSpec, ProcedureSpec, Report, Stages } from './spec.ts'
import { deliver } from './stage.ts'
import { epsilon } from './verify/ratio.ts'

/** What is known of the matrix of a linear system. */
export const assumptions = ['spd', 'lower', 'upper', 'general'] as const
export type Assumption = (typeof assumptions)[number]

export interface SolveOptions {
  /**
   * @default found by inspection: a zero half makes it triangular; a symmetric matrix is taken as positive definite until Cholesky
   * says otherwise; any other is general
   */
  readonly assume?: Assumption | undefined
  /** op(A) = A^T. @default false */
  readonly transposeA?: boolean | undefined
  /** Factor in float32, correct by residuals in float64; in float64 throughout where that does not converge. @default false */
  readonly mixed?: boolean | undefined
  /** Corrections of the solution by its residual. @default 1, and 0 for more than n / 8 right-hand sides where n is below 4096 */
  readonly refine?: number | undefined
}

/** What judging a solution takes. */
export const systemOptions: Readonly<Record<'assume' | 'transposeA', OptionSpec>> = {
  assume: { kind: 'choice', choices: assumptions, description: 'what is known of A', otherwise: 'found by inspection' },
  transposeA: { kind: 'flag', description: 'solve with the transpose of A' },
}

/** Backward error, in units of rounding errors, from which on a solution is not accepted. LAPACK's tests allow 30. */
const ALARM = 20
/** Corrections are made unasked for up to n / 8 right-hand sides, where they cost little beside the factorization ... */
const FEW = 8
/** ... and from this order on, where the rounding errors of LU alone come near to what is alarming (10 at n = 2048). */
const LARGE = 4096

/**
 * Solves op(A) X = B: by Cholesky for a symmetric positive definite A (LAPACK xPOSVX), by substitution for a triangular one (xTRTRS),
 * by LU with tournament pivoting for any other (xGESVX), corrected by its residual. When the solution is bad all the same
 * (the elements of U can grow by 2^(n - 1)), it is computed by QR instead.
 *
 * n^3 / 3 (SPD) or 2/3 n^3 + 2 n^2 r flops for r right-hand sides, n^2 r when triangular, 4/3 n^3 more for QR. A is n x n; of an SPD or
 * lower triangular A the lower half is read, of an upper triangular one the upper half. B is n x r; X is cut as B.
 * @throws InputError when shapes do not fit; SingularMatrixError for a pivot that is exactly zero
 */
export const solve: ProcedureSpec<SolveOptions> = {
  name: 'solve',
  summary: 'A X = B for any square A: SPD, triangular or general, found by inspection',
  program: 'gesvx',
  examples: [
    'numpywren solve work/A work/B -o work/X',
    'numpywren solve work/L work/B -o work/Y --assume lower --transpose-a',
  ],
  operands: [
    { name: 'A', description: 'n x n' },
    { name: 'B', description: 'n x r, a column for each right-hand side' },
  ],
  results: [{ name: 'X', option: 'output', short: 'o', description: 'the solution, n x r', when: 'always' }],
  options: {
    ...systemOptions,
    mixed: {
      kind: 'flag',
      description: 'factor in float32 and correct by residuals in float64; float64 where that fails',
    },
    refine: {
      kind: 'whole',
      description: 'corrections of the solution by its residual',
      otherwise: '1, and 0 for more than n/8 right-hand sides where n is below 4096',
    },
  },
  async carryOut(call, stages) {
    const [A, B] = [call.operand('A'), call.operand('B')]
    const system = systemOf(A, B, call.options.transposeA ?? false)
    const warnings: string[] = []
    const solution = await solved(system, { call, stages, warnings })
    const { mb, nb } = dimensions(B)
    await deliver(stages, solution.X, { place: call.place('X'), tile: [mb, nb] })
    return report(system, solution, warnings)
  },
}

/** Structures that are solved by a factorization. */
type Factored = 'spd' | 'symmetric' | 'general'

interface Attempt {
  readonly call: AlgorithmCall<SolveOptions>
  readonly stages: Stages
  readonly warnings: string[]
}

async function solved(system: System, { call, stages, warnings }: Attempt): Promise<Solution> {
  const { A, n, r } = system
  const { assume, refine = r * FEW <= n || n >= LARGE ? 1 : 0 } = call.options
  const structure = assume ?? (await inspectStructure(A, { signal: call.signal }))
  if (structure === 'lower' || structure === 'upper') return solveTriangular(system, structure, stages)
  if (!call.options.mixed) return solvedInOne(system, structure, { refine, stages, warnings })
  const { iterations, solution } = await mixed(system, structure, stages)
  if (solution !== undefined) return { ...solution, iterations }
  warnings.push(`float32 did not do (${reasons.get(iterations)}): solved in float64`)
  return { ...(await solvedInOne(system, structure, { refine, stages, warnings })), iterations }
}

/** What dsgesv's negative ITER says. */
const reasons: ReadonlyMap<number, string> = new Map([
  [-2, 'numbers beyond its range'],
  [-3, 'its factorization failed'],
  [-31, 'the corrections did not converge'],
])

async function mixed(system: System, structure: Factored, stages: Stages): Promise<MixedOutcome> {
  if (structure === 'general') return solveMixed(system, 'lu', stages)
  const outcome = await solveMixed(system, 'cholesky', stages)
  return structure === 'symmetric' && outcome.iterations === -3 ? solveMixed(system, 'lu', stages) : outcome
}

/** In the precision of the matrices. */
async function solvedInOne(
  system: System,
  structure: Factored,
  given: { readonly refine: number; readonly stages: Stages; readonly warnings: string[] },
): Promise<Solution> {
  const { refine, stages, warnings } = given
  if (structure === 'spd') return solveCholesky(system, refine, stages)
  if (structure === 'symmetric') {
    const solution = await solveCholesky(system, refine, stages).catch(unlessIndefinite)
    if (solution !== undefined) return solution
  }
  const first = await solveLu(system, refine, stages)
  if (isGood(system, first)) return first
  const second = refine === 0 ? await solveLu(system, 2, stages, 'lu-refined') : first
  if (isGood(system, second)) return second
  const { growth = Number.NaN } = second
  warnings.push(
    `LU was not accurate enough (its elements grew by a factor of ${growth.toExponential(1)}): solved by QR instead, at twice the price`,
  )
  return { ...(await solveQr(system, stages)), growth }
}

function ratioOf({ dtype }: System, { backwardError = 0 }: Solution): number {
  return backwardError / epsilon[dtype]
}

function isGood(system: System, solution: Solution): boolean {
  return ratioOf(system, solution) <= ALARM
}

function report(system: System, solution: Solution, warnings: readonly string[]): Report {
  const { method, rcond, growth, backwardError, refinements, iterations } = solution
  const all = [...warnings, conditionWarning(system.A.url, rcond, system.dtype)]
  if (!isGood(system, solution)) {
    all.push(
      `the backward error of X is ${ratioOf(system, solution).toPrecision(2)} times what rounding errors explain: judge X with verify solve`,
    )
  }
  return {
    facts: {
      method,
      rcond,
      ...(iterations === undefined ? {} : { iterations }),
      ...(growth === undefined ? {} : { growth }),
      ...(backwardError === undefined ? {} : { backwardError, refinements }),
    },
    warnings: all.filter((warning) => warning !== undefined),
  }
}
