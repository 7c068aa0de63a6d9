import { InternalError } from '../errors.ts'
import { dimensions, shipped } from './algorithm.ts'
import type { ProgramSpec } from './spec.ts'
import { wholeInput } from './whole.ts'

/** Shipped program of every norm. */
const programs = { 1: 'norm_columns', inf: 'norm_rows', fro: 'norm_frobenius', max: 'norm_max' } as const
export type NormKind = '1' | 'inf' | 'fro' | 'max'

export interface NormOptions {
  /** Largest sum of magnitudes in a column, in a row, root of the sum of squares, largest magnitude. @default 'fro' */
  readonly kind?: NormKind | undefined
}

/**
 * A norm of a matrix, in double precision whatever its dtype. Sums are in an order that the tiles alone fix; squares are summed
 * scaled (LAPACK xLASSQ), so that neither 1e200 nor 1e-200 is lost. NaN where an element is NaN. The number is the fact `norm`.
 */
export const norm: ProgramSpec<NormOptions> = {
  name: 'norm',
  summary: 'a norm of A: 1, inf, fro or max',
  examples: ['numpywren norm work/A', 'numpywren norm work/A --kind 1 --json'],
  operands: [{ name: 'A', description: 'm x n' }],
  results: [],
  options: {
    kind: {
      kind: 'choice',
      choices: Object.keys(programs),
      description: 'largest column sum, largest row sum, root of the sum of squares, or largest magnitude',
      otherwise: 'fro',
    },
  },
  program: 'norm_frobenius',
  plan(call) {
    const A = call.operand('A')
    const { mt, nt } = dimensions(A)
    const { kind = 'fro' } = call.options
    return {
      name: 'norm',
      program: shipped(programs[kind]),
      args: { M: mt, N: nt },
      bindings: { A: wholeInput(A), S: call.scratch('norm') },
      parameters: { kind },
      results: { norm: 'S' },
    }
  },
  async report({ norm: state }, { kind }) {
    if (state === undefined) throw new InternalError('the program of a norm gave no result')
    const [value = Number.NaN, ssq = 1] = (await state.read()).data
    return { facts: { norm: kind === 'fro' ? value * Math.sqrt(ssq) : value }, warnings: [] }
  },
}
