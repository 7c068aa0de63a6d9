/** Norms as tiles, folded over the tiles of a matrix. */

import type { Kernel } from '../registry-types.ts'
import { copyInto, symmetrizeLower } from '../routines/elementwise.ts'
import { addColumnAbsSums, addRowAbsSums } from '../routines/norms.ts'
import { flag, readScalars } from '../scalars.ts'
import { expectExtent, op, operand, writable } from './operands.ts'

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

/** `C = join(A, B)`: the columns of A, then those of B; an absent one has none. */
export const joinKernel: Kernel = {
  name: 'join',
  aliases: [],
  minInputs: 2,
  maxInputs: 2,
  outputs: 1,
  absent: [true],
  reuses: [],
  shape(operands, scalars) {
    readScalars('join', {}, scalars)
    const [a, b] = operands
    const { rows } = operand('join', operands, a ? 0 : 1, 'A')
    if (b) expectExtent('join', 'B', b, rows, b.cols)
    return [{ rows, cols: (a?.cols ?? 0) + (b?.cols ?? 0) }]
  },
  flops: () => 0,
  async run(operands, context) {
    const like = operand('join', operands, operands[0] ? 0 : 1, 'A')
    const cols = operands.reduce((sum, tile) => sum + (tile?.cols ?? 0), 0)
    const joined = context.allocate({ rows: like.rows, cols }, like)
    let at = 0
    for (const tile of operands) {
      if (!tile) continue
      await copyInto({ ...joined, data: joined.data.subarray(at * joined.ld), cols: tile.cols }, tile)
      at += tile.cols
    }
    return [joined]
  },
}
