import type { Kernel } from '../registry-types.ts'
import { shiftDiagonal } from '../routines/elementwise.ts'
import { readScalars } from '../scalars.ts'
import { changedKernel } from './changed.ts'
import { op, operand, transposedTile } from './operands.ts'

/** `B = copy(A)`. */
export const copyKernel: Kernel = changedKernel({
  name: 'copy',
  aliases: ['identity'],
  scalars: {},
  flops: () => 0,
  change() {},
})

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
    return [op(operand('transpose', operands, 0, 'A'), true)]
  },
  flops: () => 0,
  run: async (operands, context) => [await transposedTile(operand('transpose', operands, 0, 'A'), context)],
}

/** `B = shift_diagonal(A, alpha)`: A + alpha I. */
export const shiftDiagonalKernel: Kernel = changedKernel({
  name: 'shift_diagonal',
  scalars: { alpha: undefined },
  flops: ({ rows, cols }) => Math.min(rows, cols),
  change: (target, _, { alpha }) => shiftDiagonal(target, alpha),
})
