/** The signs that make the diagonal of R nonnegative: R is then unique, whatever the tree that found it. */

import { KernelArgumentError } from '../errors.ts'
import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { scaleRows } from '../routines/elementwise.ts'
import { flag, readScalars } from '../scalars.ts'
import { expectExtent, operand, writable } from './operands.ts'
import { leading } from './qr-shapes.ts'

/** `d = diagonal_signs(R)`: a column of min(m, n) numbers, -1 where the diagonal of R is negative, else 1. */
export const diagonalSignsKernel: Kernel = {
  name: 'diagonal_signs',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 1,
  absent: [false],
  reuses: [],
  shape(operands, scalars) {
    readScalars('diagonal_signs', {}, scalars)
    const { rows, cols } = operand('diagonal_signs', operands, 0, 'R')
    return [{ rows: Math.min(rows, cols), cols: 1 }]
  },
  flops: () => 0,
  async run(operands, context) {
    const r = operand('diagonal_signs', operands, 0, 'R')
    const d = context.allocate({ rows: Math.min(r.rows, r.cols), cols: 1 }, r)
    for (let i = 0; i < d.rows; i++) d.data[i] = r.data[i + i * r.ld]! < 0 ? -1 : 1
    return [d]
  },
}

const scaleRowsSpec = { keep: 0 }

function scaleRowsShape(operands: readonly (Extent | undefined)[], scalars: KernelScalars) {
  const keep = flag('scale_rows', 'keep', readScalars('scale_rows', scaleRowsSpec, scalars).keep)
  const a = operand('scale_rows', operands, 0, 'A')
  const d = operand('scale_rows', operands, 1, 'd')
  expectExtent('scale_rows', 'd', d, d.rows, 1)
  if (d.rows > a.rows) {
    const message = `scale_rows: d has ${d.rows} rows and A has ${a.rows}; at most as many are wanted`
    throw new KernelArgumentError('scale_rows', 'd', message)
  }
  return { rows: keep ? a.rows : d.rows, scaled: d.rows, cols: a.cols }
}

/**
 * `B = scale_rows(A, d)`: diag(d) times the first rows of A, as many as d has; with `keep = 1` the rows of A after them stay as they are.
 */
export const scaleRowsKernel: Kernel = {
  name: 'scale_rows',
  aliases: [],
  minInputs: 2,
  maxInputs: 2,
  outputs: 1,
  absent: [false],
  reuses: [0],
  shape(operands, scalars) {
    const { rows, cols } = scaleRowsShape(operands, scalars)
    return [{ rows, cols }]
  },
  flops(operands, scalars) {
    const { scaled, cols } = scaleRowsShape(operands, scalars)
    return scaled * cols
  },
  async run(operands, context) {
    const { rows, scaled, cols } = scaleRowsShape(operands, context.scalars)
    const source = operand('scale_rows', operands, 0, 'A')
    const result = await writable(operands, 0, leading(source, rows, cols), context)
    await scaleRows(leading(result, scaled, cols), operand('scale_rows', operands, 1, 'd'))
    return [result]
  },
}

/** `D = diagonal(d)`: the square tile with the column d on its diagonal. */
export const diagonalKernel: Kernel = {
  name: 'diagonal',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 1,
  absent: [false],
  reuses: [],
  shape(operands, scalars) {
    readScalars('diagonal', {}, scalars)
    const { rows } = operand('diagonal', operands, 0, 'd')
    return [{ rows, cols: rows }]
  },
  flops: () => 0,
  async run(operands, context) {
    const d = operand('diagonal', operands, 0, 'd')
    const result = context.allocate({ rows: d.rows, cols: d.rows }, d, true)
    for (let i = 0; i < d.rows; i++) result.data[i + i * result.ld] = d.data[i]!
    return [result]
  },
}
