/** The signs that make the diagonal of R nonnegative: R is then unique, whatever the tree that found it. */

import { KernelArgumentError } from '../errors.ts'
import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { scaleRows } from '../routines/elementwise.ts'
import { readScalars } from '../scalars.ts'
import { expectExtent, operand, writable } from './operands.ts'
import { enlarged, leading } from './qr-shapes.ts'

/** `d = diagonal_signs(R)`: a column of min(m, n) numbers, -1 where the diagonal of R is negative, else 1. */
export const diagonalSignsKernel: Kernel = {
  name: 'diagonal_signs',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 1,
  absent: [false],
  scalars: [],
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

/** Extent of the result, and how many of its rows are scaled and come from A. */
function scaleRowsShape(operands: readonly (Extent | undefined)[], scalars: KernelScalars) {
  readScalars('scale_rows', {}, scalars)
  const a = operand('scale_rows', operands, 0, 'A')
  const d = operand('scale_rows', operands, 1, 'd')
  const { rows } = operands.length === 3 ? operand('scale_rows', operands, 2, 'like') : d
  expectExtent('scale_rows', 'd', d, d.rows, 1)
  if (d.rows > Math.min(a.rows, rows)) {
    const message = `scale_rows: d has ${d.rows} rows; at most ${Math.min(a.rows, rows)} are wanted, as A or the result has`
    throw new KernelArgumentError('scale_rows', 'd', message)
  }
  return { rows, scaled: d.rows, given: Math.min(a.rows, rows), cols: a.cols }
}

/**
 * `B = scale_rows(A, d)`: diag(d) times the first rows of A, as many as d has. `scale_rows(A, d, like)` has as many rows as `like`: those of A
 * after them stay as they are, and what A lacks is zeros.
 */
export const scaleRowsKernel: Kernel = {
  name: 'scale_rows',
  aliases: [],
  minInputs: 2,
  maxInputs: 3,
  outputs: 1,
  absent: [false],
  scalars: [],
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
    const { rows, scaled, given, cols } = scaleRowsShape(operands, context.scalars)
    const source = leading(operand('scale_rows', operands, 0, 'A'), given, cols)
    const result =
      given === rows
        ? await writable(operands, 0, source, context)
        : await enlarged(source, { rows, cols }, context, true)
    await scaleRows(leading(result, scaled, cols), operand('scale_rows', operands, 1, 'd'))
    return [result]
  },
}

function diagonalShape(operands: readonly (Extent | undefined)[], scalars: KernelScalars): Extent {
  readScalars('diagonal', {}, scalars)
  const d = operand('diagonal', operands, 0, 'd')
  expectExtent('diagonal', 'd', d, d.rows, 1)
  const { rows } = operands.length === 2 ? operand('diagonal', operands, 1, 'like') : d
  if (d.rows > rows) {
    throw new KernelArgumentError(
      'diagonal',
      'd',
      `diagonal: d has ${d.rows} rows; at most ${rows} are wanted, as like has`,
    )
  }
  return { rows, cols: d.rows }
}

/** `D = diagonal(d)`: the square tile with the column d on its diagonal; `diagonal(d, like)` has rows of zeros below, as many rows as `like`. */
export const diagonalKernel: Kernel = {
  name: 'diagonal',
  aliases: [],
  minInputs: 1,
  maxInputs: 2,
  outputs: 1,
  absent: [false],
  scalars: [],
  reuses: [],
  shape: (operands, scalars) => [diagonalShape(operands, scalars)],
  flops: () => 0,
  async run(operands, context) {
    const d = operand('diagonal', operands, 0, 'd')
    const result = context.allocate(diagonalShape(operands, context.scalars), d, true)
    for (let i = 0; i < d.rows; i++) result.data[i + i * result.ld] = d.data[i]!
    return [result]
  },
}
