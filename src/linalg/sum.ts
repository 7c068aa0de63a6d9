import { InputError } from '../errors.ts'
import { tileDtype } from '../matrix/index.ts'
import { dimensions, shipped } from './algorithm.ts'
import type { ProgramSpec } from './spec.ts'
import { wholeInput } from './whole.ts'

export interface SumOptions {
  /** As in NumPy: 0 sums the columns, 1 the rows. @default neither: the sum of all elements */
  readonly axis?: '0' | '1' | undefined
}

/**
 * Sums of the columns or rows of a matrix, or of all elements. Columns are summed pairwise within a tile, tiles one after the other, in
 * double precision; a vector of sums has the dtype of A (float64 for int64) and one dimension, the total is the fact `sum`.
 * @throws InputError when a total is to be stored, or a vector of sums is not
 */
export const sum: ProgramSpec<SumOptions> = {
  name: 'sum',
  summary: 'the sum of all elements of A, or of its columns or rows',
  examples: ['numpywren sum work/A', 'numpywren sum work/A --axis 0 -o work/s'],
  operands: [{ name: 'A', description: 'm x n' }],
  results: [
    { name: 'S', option: 'output', short: 'o', description: 'sums of the columns (n) or rows (m)', when: 'asked' },
  ],
  options: {
    axis: {
      kind: 'choice',
      choices: ['0', '1'],
      description: 'as in NumPy: 0 sums the columns, 1 the rows',
      otherwise: 'all elements',
    },
  },
  program: 'sum_all',
  plan(call) {
    const A = call.operand('A')
    const { m, n, mb, nb, mt, nt } = dimensions(A)
    const { axis } = call.options
    const dtype = tileDtype(A.layout)
    const shared = { name: 'sum', parameters: axis === undefined ? {} : { axis } }
    if (axis === undefined) {
      if (call.isAsked('S'))
        throw new InputError('sum: the sum of all elements is a number and is not stored; give --axis 0 or 1')
      return {
        ...shared,
        program: shipped('sum_all'),
        args: { M: mt, N: nt },
        bindings: { A: wholeInput(A), S: call.scratch('total') },
        results: { total: 'S' },
      }
    }
    if (!call.isAsked('S')) throw new InputError('sum: say where the sums by axis go (--output)')
    const layout = axis === '0' ? { shape: [n], tile: [nb], dtype } : { shape: [m], tile: [mb], dtype }
    return {
      ...shared,
      program: shipped(axis === '0' ? 'sum_columns' : 'sum_rows'),
      args: { M: mt, N: nt, bits: dtype === 'float32' ? 32 : 64 },
      bindings: { A: wholeInput(A), S: { ...call.place('S'), layout } },
      results: { S: 'S' },
    }
  },
  async report({ total }) {
    if (total === undefined) return { facts: {}, warnings: [] }
    const [value = Number.NaN] = (await total.read()).data
    return { facts: { sum: value }, warnings: [] }
  },
}
