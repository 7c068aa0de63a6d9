import { InputError } from '../errors.ts'
import type { BigMatrix } from '../matrix/index.ts'
import {
  dimensions,
  input,
  inputTiled,
  layoutOf,
  requireMatch,
  requireSameDtype,
  requireSquare,
  shipped,
} from './algorithm.ts'
import { inspectStructure } from './inspect.ts'
import type { OptionSpec, ProgramSpec } from './spec.ts'

/** What is known of the matrix of a linear system. */
export const assumptions = ['spd', 'lower', 'upper'] as const
export type Assumption = (typeof assumptions)[number]

export interface SolveOptions {
  /** @default found by inspection: a zero half makes it triangular, a symmetric matrix is taken as positive definite */
  readonly assume?: Assumption | undefined
  /** op(A) = A^T, for triangular systems. @default false */
  readonly transposeA?: boolean | undefined
}

/** What {@link SolveOptions} says, for the command line; judging a solution takes the same. */
export const solveOptions: Readonly<Record<keyof SolveOptions, OptionSpec>> = {
  assume: { kind: 'choice', choices: assumptions, description: 'what is known of A', otherwise: 'found by inspection' },
  transposeA: { kind: 'flag', description: 'solve with the transpose of a triangular A' },
}

/**
 * Solves op(A) X = B: by Cholesky for a symmetric positive definite A (LAPACK xPOSV), by substitution for a triangular one (xTRTRS).
 *
 * n^3 / 3 + 2 n^2 r flops for r right-hand sides, n^2 r when triangular. A is n x n; of an SPD or lower triangular A the lower half
 * is read, of an upper triangular one the upper half. B is n x r, cut by rows as A.
 * @throws InputError when shapes do not fit, or A is neither symmetric nor triangular
 */
export const solve: ProgramSpec<SolveOptions> = {
  name: 'solve',
  summary: 'A X = B with A symmetric positive definite or triangular',
  examples: [
    'numpywren solve work/A work/B -o work/X',
    'numpywren solve work/L work/B -o work/Y --assume lower --transpose-a',
  ],
  operands: [
    { name: 'A', description: 'n x n' },
    { name: 'B', description: 'n x r, a column for each right-hand side' },
  ],
  results: [{ name: 'X', option: 'output', short: 'o', description: 'the solution, n x r', when: 'always' }],
  options: solveOptions,
  async plan(call) {
    const [A, B] = [call.operand('A'), call.operand('B')]
    const { n, nb, nt } = requireSquare(A, 'solve')
    const b = dimensions(B)
    requireMatch(
      'solve',
      { of: A, extent: n, tile: nb, side: 'rows' },
      { of: B, extent: b.m, tile: b.mb, side: 'rows' },
    )
    requireSameDtype('solve', A, B)
    const assume = call.options.assume ?? (await assumptionFor(A, call.signal))
    const { transposeA = false } = call.options
    return {
      name: 'solve',
      program: shipped(programFor(assume, transposeA)),
      args: { N: nt, R: b.nt },
      bindings: {
        [assume === 'spd' ? 'A' : assume === 'lower' ? 'L' : 'U']: inputTiled(A, [nb, nb]),
        B: input(B),
        X: { ...call.place('X'), layout: layoutOf(A, [n, b.n], [nb, b.nb]) },
      },
      parameters: { assume, transposeA },
      results: { X: 'X' },
    }
  },
}

function programFor(assume: Assumption, transposeA: boolean): string {
  if (assume === 'spd') return 'posv'
  return transposeA ? `trsm_${assume}_transposed` : `trsm_${assume}`
}

async function assumptionFor(A: BigMatrix, signal: AbortSignal | undefined): Promise<Assumption> {
  const structure = await inspectStructure(A, { signal })
  if (structure === 'symmetric') return 'spd'
  if (structure !== 'general') return structure
  throw new InputError(
    `${A.url} is neither symmetric nor triangular, and this version solves only such systems; if one half of it is what counts, say which with --assume spd, lower or upper`,
  )
}
