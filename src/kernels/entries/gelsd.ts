import type { Kernel } from '../registry-types.ts'
import { copyInto } from '../routines/elementwise.ts'
import { gelsd } from '../routines/gelsd.ts'
import { readScalars } from '../scalars.ts'
import { expectExtent, operand, writable } from './operands.ts'

const spec = { rcond: undefined }

/**
 * `X, s, k = gelsd(A, B, rcond)`: the X of least norm among those of least ||B - A X||, A square; the singular values of A, descending,
 * a column; and how many of them are above rcond times the largest, 1 x 1, float64: the rank of A. LAPACK xGELSD.
 */
export const gelsdKernel: Kernel = {
  name: 'gelsd',
  aliases: [],
  minInputs: 2,
  maxInputs: 2,
  outputs: 3,
  absent: [false],
  scalars: Object.keys(spec),
  reuses: [1],
  shape(operands, scalars) {
    readScalars('gelsd', spec, scalars)
    const { rows, cols } = operand('gelsd', operands, 0, 'A')
    const b = operand('gelsd', operands, 1, 'B')
    expectExtent('gelsd', 'A', { rows, cols }, rows, rows)
    expectExtent('gelsd', 'B', b, rows, b.cols)
    return [
      { rows, cols: b.cols },
      { rows, cols: 1 },
      { rows: 1, cols: 1, dtype: 'float64' },
    ]
  },
  // Bidiagonalization, and products of its reflectors with B.
  flops(operands) {
    const { rows } = operand('gelsd', operands, 0, 'A')
    return (8 / 3) * rows ** 3 + 4 * rows ** 2 * operand('gelsd', operands, 1, 'B').cols
  },
  async run(operands, context) {
    const { rcond } = readScalars('gelsd', spec, context.scalars)
    const given = operand('gelsd', operands, 0, 'A')
    const a = context.allocate({ rows: given.rows, cols: given.cols }, given)
    await copyInto(a, given)
    const x = await writable(operands, 1, operand('gelsd', operands, 1, 'B'), context)
    const s = context.allocate({ rows: a.rows, cols: 1 }, given)
    const rank = context.allocate({ rows: 1, cols: 1, dtype: 'float64' }, given)
    await gelsd(a, x, { s, rank, rcond })
    return [x, s, rank]
  },
}
