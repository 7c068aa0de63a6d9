import { gemmFlops } from '../flops.ts'
import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { gemm } from '../routines/gemm.ts'
import { flag, readScalars } from '../scalars.ts'
import { expectExtent, operand, writable } from './operands.ts'
import { blockOf, count } from './parts.ts'

const spec = { row: 0, trans: 0 }

function applyForm(operands: readonly (Extent | undefined)[], scalars: KernelScalars) {
  const name = 'panel_apply'
  const codes = readScalars(name, spec, scalars)
  const z = operand(name, operands, 0, 'Z')
  const v = operand(name, operands, 1, 'V')
  expectExtent(name, 'V', v, z.rows, v.cols)
  expectExtent(name, 'T', operand(name, operands, 2, 'T'), v.cols, v.cols)
  const row = Math.min(z.rows, count(name, 'row', codes.row))
  return { row, rows: z.rows - row, k: v.cols, transA: flag(name, 'trans', codes.trans), z }
}

/**
 * `Y = panel_apply(Z, V, T, row)`: Q Z with the Q = I - V T V^T of `panel_qr`, of which the rows before `row` are those of the identity; Q^T Z with
 * `trans = 1`. Z is m x c, V m x b, T b x b.
 */
export const panelApplyKernel: Kernel = {
  name: 'panel_apply',
  aliases: [],
  minInputs: 3,
  maxInputs: 3,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(spec),
  reuses: [0],
  shape(operands, scalars) {
    const { z } = applyForm(operands, scalars)
    return [{ rows: z.rows, cols: z.cols }]
  },
  flops(operands, scalars) {
    const { rows, k, z } = applyForm(operands, scalars)
    return 2 * gemmFlops(rows, z.cols, k) + gemmFlops(k, z.cols, k)
  },
  async run(operands, context) {
    const { row, rows, k, transA } = applyForm(operands, context.scalars)
    const z = await writable(operands, 0, operand('panel_apply', operands, 0, 'Z'), context)
    if (rows === 0) return [z]
    const v = operand('panel_apply', operands, 1, 'V')
    const [reflectors, part] = [v, z].map((tile) => blockOf(tile, { row, col: 0, rows, cols: tile.cols })) as [
      typeof v,
      typeof z,
    ]
    const [products, factors] = [z, z].map(() => context.allocate({ rows: k, cols: z.cols }, z)) as [typeof z, typeof z]
    // W = op(T) V^T Z; Z -= V W
    await gemm(products, reflectors, part, { transA: true, beta: 0 })
    await gemm(factors, operand('panel_apply', operands, 2, 'T'), products, { transA, beta: 0 })
    await gemm(part, reflectors, factors, { alpha: -1 })
    return [z]
  },
}
