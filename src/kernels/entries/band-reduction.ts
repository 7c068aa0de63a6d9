/** Kernels of the reduction of a tiled matrix to an upper band, by QR of column panels and LQ of row panels in turn. */

import { gemmFlops } from '../flops.ts'
import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { subtractTwoProducts } from '../routines/bidiagonal.ts'
import { copyInto, transposeInto } from '../routines/elementwise.ts'
import { type GemmOptions, gemm } from '../routines/gemm.ts'
import { flag, readScalars } from '../scalars.ts'
import type { Tile } from '../tile.ts'
import { expectExtent, op, operand, writable } from './operands.ts'
import { blockOf, count } from './parts.ts'

/** The part of a tile from an element on. */
const from = (tile: Tile, row: number, col: number): Tile => {
  const [r, c] = [Math.min(row, tile.rows), Math.min(col, tile.cols)]
  return blockOf(tile, { row: r, col: c, rows: tile.rows - r, cols: tile.cols - c })
}

/** C := C + alpha op(A) op(B), nothing where one of the extents is zero. */
async function addProduct(c: Tile, a: Tile, b: Tile, options: GemmOptions): Promise<void> {
  if (c.rows > 0 && c.cols > 0 && (options.transA ? a.rows : a.cols) > 0) await gemm(c, a, b, { beta: 1, ...options })
}

function counts<S extends Readonly<Record<string, number>>>(
  kernel: string,
  spec: S,
  given: KernelScalars,
): { readonly [name in keyof S]: number } {
  const scalars = readScalars(kernel, spec, given)
  for (const name of Object.keys(spec)) count(kernel, name, scalars[name] ?? 0)
  return scalars
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
    const factor = trans_a === 1 ? from(a, inner, row) : from(a, row, inner)
    await addProduct(from(c, row, col), factor, from(b, inner, col), { transA: trans_a === 1 })
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
    await addProduct(target, z, reflectors, { transB: true, alpha: -1 })
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
    const part = from(s, row, col)
    await subtractTwoProducts(part, {
      left: [from(v, row, 0), from(x, row, 0)],
      right: [from(z, col, 0), from(w, col, 0)],
    })
    return [s]
  },
}

const bandSpec = { row: 0, col: 0, trans: 0, n: Number.POSITIVE_INFINITY, width: Number.POSITIVE_INFINITY }

/**
 * `AB = band_place([AB,] X, row, col)`: the elements of op(X) put into an upper band matrix at (row, col), as far as they lie in its band;
 * AB is (width + 1) x n in LAPACK's band storage and starts with zeros.
 */
export const bandPlaceKernel: Kernel = {
  name: 'band_place',
  aliases: [],
  minInputs: 1,
  maxInputs: 2,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(bandSpec),
  reuses: [0],
  shape(operands, scalars) {
    return [bandExtent(operands, scalars)]
  },
  flops: () => 0,
  async run(operands, context) {
    const { row, col, trans } = counts('band_place', bandSpec, context.scalars)
    const x = operand('band_place', operands, operands.length - 1, 'X')
    const band =
      operands.length === 1
        ? context.allocate(bandExtent(operands, context.scalars), x, true)
        : await writable(operands, 0, operand('band_place', operands, 0, 'AB'), context)
    const source = op(x, trans === 1)
    const width = band.rows - 1
    for (let c = 0; c < source.cols && col + c < band.cols; c++) {
      for (let r = 0; r < source.rows; r++) {
        const at = width + row + r - (col + c)
        if (at < 0 || at > width) continue
        band.data[at + (col + c) * band.ld] = x.data[trans === 1 ? c + r * x.ld : r + c * x.ld]!
      }
    }
    return [band]
  },
}

function bandExtent(operands: readonly (Extent | undefined)[], scalars: KernelScalars): Extent {
  const { col, trans, n, width } = counts('band_place', bandSpec, scalars)
  const x = op(operand('band_place', operands, operands.length - 1, 'X'), flag('band_place', 'trans', trans))
  if (operands.length === 2) {
    const { rows, cols } = operand('band_place', operands, 0, 'AB')
    return { rows, cols }
  }
  return { rows: (Number.isFinite(width) ? width : x.cols - 1) + 1, cols: Number.isFinite(n) ? n : col + x.cols }
}
