import { trsmFlops } from '../flops.ts'
import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { geadd } from '../routines/elementwise.ts'
import { type TrsmOptions, trsm } from '../routines/trsm.ts'
import { flag, readScalars } from '../scalars.ts'
import { expectExtent, operand, writable } from './operands.ts'

const spec = { side: 1, upper: 0, trans: 1, unit: 0, alpha: 1 }
const subSpec = { upper: 0, trans: 0, unit: 0 }

function options(kernel: string, codes: Record<'side' | 'upper' | 'trans' | 'unit' | 'alpha', number>): TrsmOptions {
  return {
    side: flag(kernel, 'side', codes.side) ? 'right' : 'left',
    uplo: flag(kernel, 'upper', codes.upper) ? 'upper' : 'lower',
    trans: flag(kernel, 'trans', codes.trans),
    unit: flag(kernel, 'unit', codes.unit),
    alpha: codes.alpha,
  }
}

function extents(operands: readonly (Extent | undefined)[], scalars: KernelScalars): { b: Extent; order: number } {
  const { side } = readScalars('trsm', spec, scalars)
  const b = operand('trsm', operands, 1, 'B')
  return { b, order: flag('trsm', 'side', side) ? b.cols : b.rows }
}

/**
 * `X = trsm(T, B)`: the panel solve of Cholesky, X = B inv(T)^T with T lower triangular.
 * Codes: `side` 0 left, 1 right; `upper`, `trans`, `unit` 0 or 1; X = alpha B inv(op(T)), or alpha inv(op(T)) B from the left.
 */
export const trsmKernel: Kernel = {
  name: 'trsm',
  aliases: [],
  minInputs: 2,
  maxInputs: 2,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(spec),
  reuses: [1],
  shape(operands, scalars) {
    const { b, order } = extents(operands, scalars)
    expectExtent('trsm', 'T', operand('trsm', operands, 0, 'T'), order, order)
    return [{ rows: b.rows, cols: b.cols }]
  },
  flops(operands, scalars) {
    const { b, order } = extents(operands, scalars)
    return trsmFlops(order, order === 0 ? 0 : (b.rows * b.cols) / order)
  },
  async run(operands, context) {
    const codes = readScalars('trsm', spec, context.scalars)
    const solution = await writable(operands, 1, operand('trsm', operands, 1, 'B'), context)
    await trsm(operand('trsm', operands, 0, 'T'), solution, options('trsm', codes))
    return [solution]
  },
}

/**
 * `X = trsm_sub(L, S, B)`: one step of a substitution, X = inv(op(L)) (B - S); L is lower unless `upper = 1`.
 * An absent S counts as zero.
 */
export const trsmSubKernel: Kernel = {
  name: 'trsm_sub',
  aliases: [],
  minInputs: 3,
  maxInputs: 3,
  outputs: 1,
  absent: [false, true, false],
  scalars: Object.keys(subSpec),
  reuses: [2],
  shape(operands, scalars) {
    readScalars('trsm_sub', subSpec, scalars)
    const b = operand('trsm_sub', operands, 2, 'B')
    expectExtent('trsm_sub', 'L', operand('trsm_sub', operands, 0, 'L'), b.rows, b.rows)
    if (operands[1]) expectExtent('trsm_sub', 'S', operands[1], b.rows, b.cols)
    return [{ rows: b.rows, cols: b.cols }]
  },
  flops(operands) {
    const b = operand('trsm_sub', operands, 2, 'B')
    return trsmFlops(b.rows, b.cols) + b.rows * b.cols
  },
  async run(operands, context) {
    const codes = { ...readScalars('trsm_sub', subSpec, context.scalars), side: 0, alpha: 1 }
    const solution = await writable(operands, 2, operand('trsm_sub', operands, 2, 'B'), context)
    if (operands[1]) await geadd(solution, operands[1], { alpha: -1 })
    await trsm(operand('trsm_sub', operands, 0, 'L'), solution, options('trsm_sub', codes))
    return [solution]
  },
}
