import { gemmFlops } from '../flops.ts'
import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { gemm } from '../routines/gemm.ts'
import { flag, readScalars } from '../scalars.ts'
import { expectExtent, op, operand, writable } from './operands.ts'

const spec = { alpha: 1, beta: 1, trans_a: 0, trans_b: 0 }

/** Extents of op(A) and op(B); they are the last two operands. */
function factors(operands: readonly (Extent | undefined)[], scalars: KernelScalars): { a: Extent; b: Extent } {
  const { trans_a, trans_b } = readScalars('gemm', spec, scalars)
  const first = operands.length - 2
  return {
    a: op(operand('gemm', operands, first, 'A'), flag('gemm', 'trans_a', trans_a)),
    b: op(operand('gemm', operands, first + 1, 'B'), flag('gemm', 'trans_b', trans_b)),
  }
}

/**
 * `P = gemm(A, B)`: alpha op(A) op(B); `D = gemm(C, A, B)`: beta C + alpha op(A) op(B).
 * op is the transpose with `trans_a = 1`, `trans_b = 1`; alpha and beta are 1 unless given.
 */
export const gemmKernel: Kernel = {
  name: 'gemm',
  aliases: [],
  minInputs: 2,
  maxInputs: 3,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(spec),
  reuses: [0],
  shape(operands, scalars) {
    const { a, b } = factors(operands, scalars)
    expectExtent('gemm', 'op(B)', b, a.cols, b.cols)
    if (operands.length === 3) expectExtent('gemm', 'C', operand('gemm', operands, 0, 'C'), a.rows, b.cols)
    return [{ rows: a.rows, cols: b.cols }]
  },
  flops(operands, scalars) {
    const { a, b } = factors(operands, scalars)
    return gemmFlops(a.rows, b.cols, a.cols)
  },
  async run(operands, context) {
    const { alpha, beta, trans_a, trans_b } = readScalars('gemm', spec, context.scalars)
    const options = { alpha, transA: trans_a === 1, transB: trans_b === 1 }
    const { a, b } = factors(operands, context.scalars)
    const first = operands.length - 2
    const left = operand('gemm', operands, first, 'A')
    const right = operand('gemm', operands, first + 1, 'B')
    if (operands.length === 2) {
      const product = context.allocate({ rows: a.rows, cols: b.cols }, left)
      await gemm(product, left, right, { ...options, beta: 0 })
      return [product]
    }
    const sum = await writable(operands, 0, operand('gemm', operands, 0, 'C'), context)
    await gemm(sum, left, right, { ...options, beta })
    return [sum]
  },
}
