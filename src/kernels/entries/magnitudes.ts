/** Norms as tiles, folded over the tiles of a matrix. */

import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { symmetrizeLower } from '../routines/elementwise.ts'
import { addColumnAbsSums, addRowAbsSums } from '../routines/norms.ts'
import { flag, readScalars } from '../scalars.ts'
import type { Tile } from '../tile.ts'
import { expectExtent, op, operand, writable } from './operands.ts'
import { count } from './parts.ts'

interface ColumnFold {
  readonly name: string
  /** Whether it folds rows with `trans = 1`. */
  readonly spec: { readonly trans?: number }
  /** Floating point operations an element. */
  readonly work: number
  /** Takes the columns of A (its rows, if `byRow`) into what came before: a number a column. */
  fold(a: Tile, values: Float64Array, byRow: boolean): void | Promise<void>
}

/** `T = name(A, S)`: the columns of A folded into S, 1 x n, float64; S may be absent, which counts as zeros. */
function columnFoldKernel({ name, spec, work, fold }: ColumnFold): Kernel {
  const isByRow = (scalars: KernelScalars): boolean => flag(name, 'trans', readScalars(name, spec, scalars).trans ?? 0)
  const resultOf = (a: Extent, byRow: boolean): Extent => ({ rows: 1, cols: op(a, byRow).cols, dtype: 'float64' })
  return {
    name,
    aliases: [],
    minInputs: 2,
    maxInputs: 2,
    outputs: 1,
    absent: [false, true],
    scalars: Object.keys(spec),
    reuses: [1],
    mixesDtypes: true,
    shape(operands, scalars) {
      const result = resultOf(operand(name, operands, 0, 'A'), isByRow(scalars))
      if (operands[1]) expectExtent(name, 'S', operands[1], 1, result.cols)
      return [result]
    },
    flops(operands) {
      const { rows, cols } = operand(name, operands, 0, 'A')
      return work * rows * cols
    },
    async run(operands, context) {
      const a = operand(name, operands, 0, 'A')
      const byRow = isByRow(context.scalars)
      const result = context.allocate(resultOf(a, byRow), a)
      const before = operands[1]
      const values = new Float64Array(result.cols)
      for (let c = 0; before && c < result.cols; c++) values[c] = before.data[c * before.ld]!
      await fold(a, values, byRow)
      for (let c = 0; c < result.cols; c++) result.data[c * result.ld] = values[c]!
      return [result]
    },
  }
}

/**
 * `T = col_abs_sums(A, S)`: S plus the sums of magnitudes of the columns of A (of its rows with `trans = 1`), 1 x n, float64;
 * S may be absent. Folded over a column of tiles, the largest element is the 1-norm.
 */
export const colAbsSumsKernel: Kernel = columnFoldKernel({
  name: 'col_abs_sums',
  spec: { trans: 0 },
  work: 1,
  fold: (a, sums, byRow) => (byRow ? addRowAbsSums(a, sums) : addColumnAbsSums(a, sums)),
})

/** `T = col_sumsq(A, S)`: S plus the sums of squares of the columns of A, 1 x n, float64; S may be absent. */
export const colSumsqKernel: Kernel = columnFoldKernel({
  name: 'col_sumsq',
  spec: {},
  work: 2,
  fold(a, sums) {
    for (let c = 0; c < a.cols; c++) {
      let sum = sums[c]!
      for (let r = 0; r < a.rows; r++) sum += a.data[r + c * a.ld]! ** 2
      sums[c] = sum
    }
  },
})

/** `T = col_max_abs(A, S)`: of every column of A the largest magnitude, and of S, 1 x n, float64; NaN when there is one. S may be absent. */
export const colMaxAbsKernel: Kernel = columnFoldKernel({
  name: 'col_max_abs',
  spec: {},
  work: 0,
  fold(a, magnitudes) {
    for (let c = 0; c < a.cols; c++) {
      let largest = magnitudes[c]!
      for (let r = 0; r < a.rows; r++) largest = Math.max(largest, Math.abs(a.data[r + c * a.ld]!))
      magnitudes[c] = largest
    }
  },
})

/** `S = symmetrize(A)`: the symmetric tile whose lower half A holds. */
export const symmetrizeKernel: Kernel = {
  name: 'symmetrize',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 1,
  absent: [false],
  scalars: [],
  reuses: [0],
  shape(operands, scalars) {
    readScalars('symmetrize', {}, scalars)
    const { rows } = operand('symmetrize', operands, 0, 'A')
    expectExtent('symmetrize', 'A', operand('symmetrize', operands, 0, 'A'), rows, rows)
    return [{ rows, cols: rows }]
  },
  flops: () => 0,
  async run(operands, context) {
    const whole = await writable(operands, 0, operand('symmetrize', operands, 0, 'A'), context)
    await symmetrizeLower(whole)
    return [whole]
  },
}

const firstSpec = { first: 0 }

/**
 * `I = zero_pivot(U, I0, first)`: 1 + the row of the first zero on the diagonal of U, whose rows are first, first + 1, ... of the
 * matrix; 0 when there is none. 1 x 1, float64, as LAPACK's info; I0, what was found before, goes first and may be absent.
 */
export const zeroPivotKernel: Kernel = {
  name: 'zero_pivot',
  aliases: [],
  minInputs: 2,
  maxInputs: 2,
  outputs: 1,
  absent: [false, true],
  scalars: Object.keys(firstSpec),
  reuses: [],
  mixesDtypes: true,
  shape(operands, scalars) {
    count('zero_pivot', 'first', readScalars('zero_pivot', firstSpec, scalars).first)
    operand('zero_pivot', operands, 0, 'U')
    if (operands[1]) expectExtent('zero_pivot', 'I0', operands[1], 1, 1)
    return [{ rows: 1, cols: 1, dtype: 'float64' }]
  },
  flops: () => 0,
  async run(operands, context) {
    const u = operand('zero_pivot', operands, 0, 'U')
    const { first } = readScalars('zero_pivot', firstSpec, context.scalars)
    const result = context.allocate({ rows: 1, cols: 1, dtype: 'float64' }, u)
    let info = operands[1]?.data[0] ?? 0
    for (let row = 0; info === 0 && row < Math.min(u.rows, u.cols); row++) {
      if (u.data[row + row * u.ld] === 0) info = first + row + 1
    }
    result.data[0] = info
    return [result]
  },
}
