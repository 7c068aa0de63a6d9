import { gemmFlops } from '../flops.ts'
import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { gemm } from '../routines/gemm.ts'
import { flag } from '../scalars.ts'
import { expectExtent, op, operand, writable } from './operands.ts'
import { counts, restOf } from './parts.ts'

const gemmPartSpec = { trans_a: 0, row: 0, col: 0, inner: 0 }

/**
 * `D = gemm_part([C,] A, B)`: C + op(A) B in the rows from `row` and the columns from `col` on, counting the inner index from `inner`
 * on; without C zeros elsewhere. What a panel has passed costs nothing.
 */
export const gemmPartKernel: Kernel = {
  name: 'gemm_part',
  aliases: [],
  minInputs: 2,
  maxInputs: 3,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(gemmPartSpec),
  reuses: [0],
  shape(operands, scalars) {
    const { a, b } = partFactors(operands, scalars)
    expectExtent('gemm_part', 'B', b, a.cols, b.cols)
    if (operands.length === 3) expectExtent('gemm_part', 'C', operand('gemm_part', operands, 0, 'C'), a.rows, b.cols)
    return [{ rows: a.rows, cols: b.cols }]
  },
  flops(operands, scalars) {
    const { a, b } = partFactors(operands, scalars)
    const { row, col, inner } = counts('gemm_part', gemmPartSpec, scalars)
    return gemmFlops(Math.max(0, a.rows - row), Math.max(0, b.cols - col), Math.max(0, a.cols - inner))
  },
  async run(operands, context) {
    const { trans_a, row, col, inner } = counts('gemm_part', gemmPartSpec, context.scalars)
    const { a: extent } = partFactors(operands, context.scalars)
    const first = operands.length - 2
    const a = operand('gemm_part', operands, first, 'A')
    const b = operand('gemm_part', operands, first + 1, 'B')
    const c =
      first === 0
        ? context.allocate({ rows: extent.rows, cols: b.cols }, a, true)
        : await writable(operands, 0, operand('gemm_part', operands, 0, 'C'), context)
    const factor = trans_a === 1 ? restOf(a, inner, row) : restOf(a, row, inner)
    const target = restOf(c, row, col)
    const depth = Math.max(0, b.rows - inner)
    if (target.rows > 0 && target.cols > 0 && depth > 0) {
      await gemm(target, factor, restOf(b, inner, col), { transA: trans_a === 1 })
    }
    return [c]
  },
}

/** Extents of op(A) and B. */
function partFactors(operands: readonly (Extent | undefined)[], scalars: KernelScalars): { a: Extent; b: Extent } {
  const { trans_a } = counts('gemm_part', gemmPartSpec, scalars)
  const first = operands.length - 2
  return {
    a: op(operand('gemm_part', operands, first, 'A'), flag('gemm_part', 'trans_a', trans_a)),
    b: operand('gemm_part', operands, first + 1, 'B'),
  }
}
