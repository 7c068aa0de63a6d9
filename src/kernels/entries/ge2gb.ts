/** Kernels of the reduction of a tiled matrix to an upper band, by QR of column panels and LQ of row panels in turn. */

import { gemmFlops } from '../flops.ts'
import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { subtractTwoProducts } from '../routines/bidiagonal.ts'
import { transposeInto } from '../routines/elementwise.ts'
import { gemm } from '../routines/gemm.ts'
import type { Tile } from '../tile.ts'
import { expectExtent, operand, writable } from './operands.ts'
import { blockOf, counts, restOf } from './parts.ts'

const rowSpec = { row: 0, at: 0, n: Number.POSITIVE_INFINITY }

/**
 * `H = ge2gb_row([H,] S, V, Z)`: a row panel, transposed, gathered from the tiles S of a row of tiles: the b rows of S - V Z^T from
 * `row` on become rows `at` and following of H (n x b), where V is m x b and Z has a row for each column of S. Without H it starts with zeros.
 */
export const ge2gbRowKernel: Kernel = {
  name: 'ge2gb_row',
  aliases: [],
  minInputs: 3,
  maxInputs: 4,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(rowSpec),
  reuses: [0],
  shape(operands, scalars) {
    return [rowPanelExtent(operands, scalars)]
  },
  flops(operands) {
    const { rows, cols } = operand('ge2gb_row', operands, operands.length - 1, 'Z')
    return gemmFlops(rows, cols, cols)
  },
  async run(operands, context) {
    const { row, at } = counts('ge2gb_row', rowSpec, context.scalars)
    const [s, v, z] = (['S', 'V', 'Z'] as const).map((name, k) =>
      operand('ge2gb_row', operands, operands.length - 3 + k, name),
    ) as [Tile, Tile, Tile]
    const h =
      operands.length === 3
        ? context.allocate(rowPanelExtent(operands, context.scalars), s, true)
        : await writable(operands, 0, operand('ge2gb_row', operands, 0, 'H'), context)
    const rows = Math.min(v.cols, s.rows - row)
    const target = blockOf(h, { row: at, col: 0, rows: s.cols, cols: rows })
    await transposeInto(target, blockOf(s, { row, col: 0, rows, cols: s.cols }))
    const reflectors = blockOf(v, { row, col: 0, rows, cols: v.cols })
    await gemm(target, z, reflectors, { transB: true, alpha: -1 })
    return [h]
  },
}

function rowPanelExtent(operands: readonly (Extent | undefined)[], scalars: KernelScalars): Extent {
  const { at, n } = counts('ge2gb_row', rowSpec, scalars)
  const s = operand('ge2gb_row', operands, operands.length - 3, 'S')
  const v = operand('ge2gb_row', operands, operands.length - 2, 'V')
  const z = operand('ge2gb_row', operands, operands.length - 1, 'Z')
  expectExtent('ge2gb_row', 'V', v, s.rows, v.cols)
  expectExtent('ge2gb_row', 'Z', z, s.cols, v.cols)
  if (operands.length === 3) return { rows: Number.isFinite(n) ? n : at + s.cols, cols: v.cols }
  const h = operand('ge2gb_row', operands, 0, 'H')
  expectExtent('ge2gb_row', 'H', h, h.rows, v.cols)
  return { rows: h.rows, cols: h.cols }
}

const updateSpec = { row: 0, col: 0 }

/**
 * `R = ge2gb_update(S, V, Z, X, W)`: S - V Z^T - X W^T in the rows from `row` and the columns from `col` on, with V, X m x b and Z, W n x b:
 * both reflectors of a step at once.
 */
export const ge2gbUpdateKernel: Kernel = {
  name: 'ge2gb_update',
  aliases: [],
  minInputs: 5,
  maxInputs: 5,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(updateSpec),
  reuses: [0],
  shape(operands, scalars) {
    counts('ge2gb_update', updateSpec, scalars)
    const { rows, cols } = operand('ge2gb_update', operands, 0, 'S')
    const v = operand('ge2gb_update', operands, 1, 'V')
    expectExtent('ge2gb_update', 'V', v, rows, v.cols)
    expectExtent('ge2gb_update', 'Z', operand('ge2gb_update', operands, 2, 'Z'), cols, v.cols)
    expectExtent('ge2gb_update', 'X', operand('ge2gb_update', operands, 3, 'X'), rows, v.cols)
    expectExtent('ge2gb_update', 'W', operand('ge2gb_update', operands, 4, 'W'), cols, v.cols)
    return [{ rows, cols }]
  },
  flops(operands, scalars) {
    const { row, col } = counts('ge2gb_update', updateSpec, scalars)
    const { rows, cols } = operand('ge2gb_update', operands, 0, 'S')
    const b = operand('ge2gb_update', operands, 1, 'V').cols
    return 2 * gemmFlops(Math.max(0, rows - row), Math.max(0, cols - col), b)
  },
  async run(operands, context) {
    const { row, col } = counts('ge2gb_update', updateSpec, context.scalars)
    const s = await writable(operands, 0, operand('ge2gb_update', operands, 0, 'S'), context)
    const [v, z, x, w] = (['V', 'Z', 'X', 'W'] as const).map((name, k) =>
      operand('ge2gb_update', operands, k + 1, name),
    ) as [Tile, Tile, Tile, Tile]
    const part = restOf(s, row, col)
    await subtractTwoProducts(part, {
      left: [restOf(v, row, 0), restOf(x, row, 0)],
      right: [restOf(z, col, 0), restOf(w, col, 0)],
    })
    return [s]
  },
}
