import type { Kernel } from '../registry-types.ts'
import { rbf, rowSumsq } from '../routines/elementwise.ts'
import { readScalars } from '../scalars.ts'
import { expectExtent, operand, writable } from './operands.ts'

/**
 * `K = rbf(G, xx, yy, gamma)`: the Gaussian kernel K(i, j) = exp(-gamma max(0, xx_i + yy_j - 2 G(i, j))) of inner
 * products G (m x n) and squared lengths xx (m x 1), yy (n x 1), as `row_sumsq` gives them.
 */
export const rbfKernel: Kernel = {
  name: 'rbf',
  aliases: [],
  minInputs: 3,
  maxInputs: 3,
  outputs: 1,
  absent: [false],
  scalars: ['gamma'],
  reuses: [0],
  shape(operands, scalars) {
    readScalars('rbf', { gamma: undefined }, scalars)
    const { rows, cols } = operand('rbf', operands, 0, 'G')
    expectExtent('rbf', 'xx', operand('rbf', operands, 1, 'xx'), rows, 1)
    expectExtent('rbf', 'yy', operand('rbf', operands, 2, 'yy'), cols, 1)
    return [{ rows, cols }]
  },
  flops(operands) {
    const g = operand('rbf', operands, 0, 'G')
    return 5 * g.rows * g.cols
  },
  async run(operands, context) {
    const { gamma } = readScalars('rbf', { gamma: undefined }, context.scalars)
    const result = await writable(operands, 0, operand('rbf', operands, 0, 'G'), context)
    await rbf(result, operand('rbf', operands, 1, 'xx'), operand('rbf', operands, 2, 'yy'), gamma)
    return [result]
  },
}

/** `q = row_sumsq(X)` or `row_sumsq(X, q0)`: the sum of squares of every row, m x 1, added to q0; an absent q0 counts as zero. */
export const rowSumsqKernel: Kernel = {
  name: 'row_sumsq',
  aliases: [],
  minInputs: 1,
  maxInputs: 2,
  outputs: 1,
  absent: [false, true],
  scalars: [],
  reuses: [1],
  shape(operands, scalars) {
    readScalars('row_sumsq', {}, scalars)
    const { rows } = operand('row_sumsq', operands, 0, 'X')
    if (operands[1]) expectExtent('row_sumsq', 'q0', operands[1], rows, 1)
    return [{ rows, cols: 1 }]
  },
  flops(operands) {
    const x = operand('row_sumsq', operands, 0, 'X')
    return 2 * x.rows * x.cols
  },
  async run(operands, context) {
    const x = operand('row_sumsq', operands, 0, 'X')
    const previous = operands[1]
    const sums = previous
      ? await writable(operands, 1, previous, context)
      : context.allocate({ rows: x.rows, cols: 1 }, x, true)
    await rowSumsq(x, sums)
    return [sums]
  },
}
