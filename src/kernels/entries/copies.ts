import type { Kernel } from '../registry-types.ts'
import { shiftDiagonal, transposeInto } from '../routines/elementwise.ts'
import { readScalars } from '../scalars.ts'
import { operand, writable } from './operands.ts'

/** `B = copy(A)`. */
export const copyKernel: Kernel = {
  name: 'copy',
  aliases: ['identity'],
  minInputs: 1,
  maxInputs: 1,
  outputs: 1,
  absent: [false],
  scalars: [],
  reuses: [0],
  shape(operands, scalars) {
    readScalars('copy', {}, scalars)
    const { rows, cols } = operand('copy', operands, 0, 'A')
    return [{ rows, cols }]
  },
  flops: () => 0,
  async run(operands, context) {
    return [await writable(operands, 0, operand('copy', operands, 0, 'A'), context)]
  },
}

/** `B = transpose(A)`: B = A^T. */
export const transposeKernel: Kernel = {
  name: 'transpose',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 1,
  absent: [false],
  scalars: [],
  reuses: [],
  shape(operands, scalars) {
    readScalars('transpose', {}, scalars)
    const { rows, cols } = operand('transpose', operands, 0, 'A')
    return [{ rows: cols, cols: rows }]
  },
  flops: () => 0,
  async run(operands, context) {
    const a = operand('transpose', operands, 0, 'A')
    const result = context.allocate({ rows: a.cols, cols: a.rows }, a)
    await transposeInto(result, a)
    return [result]
  },
}

/** `B = shift_diagonal(A, alpha)`: A + alpha I. */
export const shiftDiagonalKernel: Kernel = {
  name: 'shift_diagonal',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 1,
  absent: [false],
  scalars: ['alpha'],
  reuses: [0],
  shape(operands, scalars) {
    readScalars('shift_diagonal', { alpha: undefined }, scalars)
    const { rows, cols } = operand('shift_diagonal', operands, 0, 'A')
    return [{ rows, cols }]
  },
  flops(operands) {
    const a = operand('shift_diagonal', operands, 0, 'A')
    return Math.min(a.rows, a.cols)
  },
  async run(operands, context) {
    const { alpha } = readScalars('shift_diagonal', { alpha: undefined }, context.scalars)
    const result = await writable(operands, 0, operand('shift_diagonal', operands, 0, 'A'), context)
    await shiftDiagonal(result, alpha)
    return [result]
  },
}
