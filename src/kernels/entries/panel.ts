/** QR of a tall panel with explicit reflectors, and rows of those reflectors. */

import { KernelArgumentError } from '../errors.ts'
import { gemmFlops } from '../flops.ts'
import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { panelQr } from '../routines/bidiagonal.ts'
import { copyInto } from '../routines/elementwise.ts'
import { gemm } from '../routines/gemm.ts'
import { readScalars } from '../scalars.ts'
import { expectExtent, operand, writable } from './operands.ts'
import { blockOf, count, counts } from './parts.ts'

const panelSpec = { row: 0 }

/**
 * `V, T, R = panel_qr(G, row)`: QR of the rows of G (m x b) from `row` on, Q = I - V T V^T. V is m x b with zeros above and ones
 * on its diagonal, T and R are b x b, upper triangular; zero beyond the reflectors that there are.
 */
export const panelQrKernel: Kernel = {
  name: 'panel_qr',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 3,
  absent: [false],
  scalars: Object.keys(panelSpec),
  reuses: [0],
  shape(operands, scalars) {
    const g = operand('panel_qr', operands, 0, 'G')
    const row = count('panel_qr', 'row', readScalars('panel_qr', panelSpec, scalars).row)
    if (row > g.rows) throw new KernelArgumentError('panel_qr', 'row', `panel_qr: row is ${row}; G has ${g.rows} rows`)
    const square = { rows: g.cols, cols: g.cols }
    return [{ rows: g.rows, cols: g.cols }, square, square]
  },
  flops(operands, scalars) {
    const { rows, cols } = operand('panel_qr', operands, 0, 'G')
    const m = rows - readScalars('panel_qr', panelSpec, scalars).row
    return Math.max(0, 3 * m * cols ** 2)
  },
  async run(operands, context) {
    const { row } = readScalars('panel_qr', panelSpec, context.scalars)
    const g = await writable(operands, 0, operand('panel_qr', operands, 0, 'G'), context)
    const square = { rows: g.cols, cols: g.cols }
    const [t, r] = [context.allocate(square, g), context.allocate(square, g)]
    await panelQr({ g, t, r }, row)
    return [g, t, r]
  },
}

const partSpec = { row: 0, rows: Number.POSITIVE_INFINITY }

/** `W, WT = panel_part(V, T, row, rows)`: those rows of V, and the same times T, of a panel's reflector I - V T V^T. */
export const panelPartKernel: Kernel = {
  name: 'panel_part',
  aliases: [],
  minInputs: 2,
  maxInputs: 2,
  outputs: 2,
  absent: [false],
  scalars: Object.keys(partSpec),
  reuses: [],
  shape(operands, scalars) {
    const { rows, cols } = partExtent(operands, scalars)
    return [
      { rows, cols },
      { rows, cols },
    ]
  },
  flops(operands, scalars) {
    const { rows, cols } = partExtent(operands, scalars)
    return gemmFlops(rows, cols, cols)
  },
  async run(operands, context) {
    const v = operand('panel_part', operands, 0, 'V')
    const { row } = counts('panel_part', partSpec, context.scalars)
    const extent = partExtent(operands, context.scalars)
    const [part, product] = [context.allocate(extent, v), context.allocate(extent, v)]
    await copyInto(part, blockOf(v, { row, col: 0, ...extent }))
    await gemm(product, part, operand('panel_part', operands, 1, 'T'), { beta: 0 })
    return [part, product]
  },
}

function partExtent(operands: readonly (Extent | undefined)[], scalars: KernelScalars): Extent {
  const v = operand('panel_part', operands, 0, 'V')
  const { row, rows } = counts('panel_part', partSpec, scalars)
  expectExtent('panel_part', 'T', operand('panel_part', operands, 1, 'T'), v.cols, v.cols)
  return { rows: Math.max(0, Math.min(rows, v.rows - row)), cols: v.cols }
}
