/** Norms as tiles, folded over the tiles of a matrix. */

import type { Kernel } from '../registry-types.ts'
import { symmetrizeLower } from '../routines/elementwise.ts'
import { addColumnAbsSums, addRowAbsSums } from '../routines/norms.ts'
import { flag, readScalars } from '../scalars.ts'
import { expectExtent, op, operand, writable } from './operands.ts'
import { count } from './parts.ts'

const transSpec = { trans: 0 }

/**
 * `T = col_abs_sums(A, S)`: S plus the sums of magnitudes of the columns of A (of its rows with `trans = 1`), 1 x n, float64;
 * S may be absent. Folded over a column of tiles, the largest element is the 1-norm.
 */
export const colAbsSumsKernel: Kernel = {
  name: 'col_abs_sums',
  aliases: [],
  minInputs: 2,
  maxInputs: 2,
  outputs: 1,
  absent: [false, true],
  scalars: Object.keys(transSpec),
  reuses: [1],
  mixesDtypes: true,
  shape(operands, scalars) {
    const { trans } = readScalars('col_abs_sums', transSpec, scalars)
    const { cols } = op(operand('col_abs_sums', operands, 0, 'A'), flag('col_abs_sums', 'trans', trans))
    if (operands[1]) expectExtent('col_abs_sums', 'S', operands[1], 1, cols)
    return [{ rows: 1, cols, dtype: 'float64' }]
  },
  flops(operands) {
    const { rows, cols } = operand('col_abs_sums', operands, 0, 'A')
    return rows * cols
  },
  async run(operands, context) {
    const a = operand('col_abs_sums', operands, 0, 'A')
    const byRow = readScalars('col_abs_sums', transSpec, context.scalars).trans === 1
    const { cols } = op(a, byRow)
    const before = operands[1]
    const sums = new Float64Array(cols)
    for (let c = 0; before && c < cols; c++) sums[c] = before.data[c * before.ld]!
    await (byRow ? addRowAbsSums(a, sums) : addColumnAbsSums(a, sums))
    const result = context.allocate({ rows: 1, cols, dtype: 'float64' }, a)
    for (let c = 0; c < cols; c++) result.data[c * result.ld] = sums[c]!
    return [result]
  },
}

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

/** `T = col_sumsq(A, S)`: S plus the sums of squares of the columns of A, 1 x n, float64; S may be absent. */
export const colSumsqKernel: Kernel = {
  name: 'col_sumsq',
  aliases: [],
  minInputs: 2,
  maxInputs: 2,
  outputs: 1,
  absent: [false, true],
  scalars: [],
  reuses: [1],
  mixesDtypes: true,
  shape(operands, scalars) {
    readScalars('col_sumsq', {}, scalars)
    const { cols } = operand('col_sumsq', operands, 0, 'A')
    if (operands[1]) expectExtent('col_sumsq', 'S', operands[1], 1, cols)
    return [{ rows: 1, cols, dtype: 'float64' }]
  },
  flops(operands) {
    const { rows, cols } = operand('col_sumsq', operands, 0, 'A')
    return 2 * rows * cols
  },
  async run(operands, context) {
    const a = operand('col_sumsq', operands, 0, 'A')
    const before = operands[1]
    const result = context.allocate({ rows: 1, cols: a.cols, dtype: 'float64' }, a)
    for (let c = 0; c < a.cols; c++) {
      let sum = before ? before.data[c * before.ld]! : 0
      for (let r = 0; r < a.rows; r++) sum += a.data[r + c * a.ld]! ** 2
      result.data[c * result.ld] = sum
    }
    return [result]
  },
}

/** `T = col_max_abs(A, S)`: of every column of A the largest magnitude, and of S, 1 x n, float64; NaN when there is one. S may be absent. */
export const colMaxAbsKernel: Kernel = {
  name: 'col_max_abs',
  aliases: [],
  minInputs: 2,
  maxInputs: 2,
  outputs: 1,
  absent: [false, true],
  scalars: [],
  reuses: [1],
  mixesDtypes: true,
  shape(operands, scalars) {
    readScalars('col_max_abs', {}, scalars)
    const { cols } = operand('col_max_abs', operands, 0, 'A')
    if (operands[1]) expectExtent('col_max_abs', 'S', operands[1], 1, cols)
    return [{ rows: 1, cols, dtype: 'float64' }]
  },
  flops: () => 0,
  async run(operands, context) {
    const a = operand('col_max_abs', operands, 0, 'A')
    const before = operands[1]
    const result = context.allocate({ rows: 1, cols: a.cols, dtype: 'float64' }, a)
    for (let c = 0; c < a.cols; c++) {
      let largest = before ? before.data[c * before.ld]! : 0
      for (let r = 0; r < a.rows; r++) largest = Math.max(largest, Math.abs(a.data[r + c * a.ld]!))
      result.data[c * result.ld] = largest
    }
    return [result]
  },
}
