/** Parts of tiles: cut out, put in, put into zeros. */

import { KernelArgumentError } from '../errors.ts'
import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { copyInto, transposeInto } from '../routines/elementwise.ts'
import { flag, readScalars } from '../scalars.ts'
import type { Tile } from '../tile.ts'
import { op, operand, writable } from './operands.ts'

const everything = Number.POSITIVE_INFINITY
const sliceSpec = { row: 0, col: 0, rows: everything, cols: everything }
const placeSpec = { row: 0, col: 0, from_row: 0, from_col: 0, rows: everything, cols: everything, trans: 0 }
const embedSpec = { rows: everything, cols: everything, row: 0, col: 0, from_row: 0, from_col: 0, trans: 0 }

/** A block of a tile, in elements from its first. */
interface Block extends Extent {
  readonly row: number
  readonly col: number
}

/** The block of a tile as a tile of its own on the same memory. It must lie inside. */
export function blockOf(tile: Tile, { row, col, rows, cols }: Block): Tile {
  const isEmpty = rows === 0 || cols === 0
  return { data: isEmpty ? tile.data : tile.data.subarray(row + col * tile.ld), rows, cols, ld: tile.ld }
}

/** The part of a tile from an element on. */
export const restOf = (tile: Tile, row: number, col: number): Tile => {
  const [r, c] = [Math.min(row, tile.rows), Math.min(col, tile.cols)]
  return blockOf(tile, { row: r, col: c, rows: tile.rows - r, cols: tile.cols - c })
}

/** A scalar that counts elements. @throws KernelArgumentError when it is negative or not whole */
export function count(kernel: string, name: string, value: number): number {
  if (value >= 0 && (Number.isInteger(value) || value === everything)) return value
  throw new KernelArgumentError(kernel, name, `${kernel}: ${name} is ${value}; a whole number from 0 is wanted`)
}

/** Scalars that count elements. @throws KernelArgumentError when one is negative or not whole */
export function counts<S extends Readonly<Record<string, number>>>(
  kernel: string,
  spec: S,
  given: KernelScalars,
): { readonly [name in keyof S]: number } {
  const scalars = readScalars(kernel, spec, given)
  for (const [name, value] of Object.entries(scalars)) count(kernel, name, value as number)
  return scalars
}

function sliceBlock(a: Extent, given: KernelScalars): Block {
  const { row, col, rows, cols } = counts('slice', sliceSpec, given)
  if (row >= a.rows || col >= a.cols) {
    const message = `slice: element (${row}, ${col}) is outside of A, which is ${a.rows}x${a.cols}`
    throw new KernelArgumentError('slice', row >= a.rows ? 'row' : 'col', message)
  }
  return { row, col, rows: Math.min(rows, a.rows - row), cols: Math.min(cols, a.cols - col) }
}

/** `B = slice(A, row, col, rows, cols)`: that block of A, clipped to A. */
export const sliceKernel: Kernel = {
  name: 'slice',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(sliceSpec),
  reuses: [],
  shape(operands, scalars) {
    const { rows, cols } = sliceBlock(operand('slice', operands, 0, 'A'), scalars)
    return [{ rows, cols }]
  },
  flops: () => 0,
  async run(operands, context) {
    const a = operand('slice', operands, 0, 'A')
    const block = sliceBlock(a, context.scalars)
    const result = context.allocate(block, a)
    await copyInto(result, blockOf(a, block))
    return [result]
  },
}

/** Puts the block of op(A) at (from_row, from_col) into G at (row, col), clipped to what both have. */
async function put(g: Tile, a: Tile, at: Readonly<Record<keyof typeof placeSpec, number>>): Promise<void> {
  const trans = at.trans === 1
  const source = op(a, trans)
  const rows = Math.min(at.rows, source.rows - at.from_row, g.rows - at.row)
  const cols = Math.min(at.cols, source.cols - at.from_col, g.cols - at.col)
  if (rows <= 0 || cols <= 0) return
  const target = blockOf(g, { row: at.row, col: at.col, rows, cols })
  if (trans) await transposeInto(target, blockOf(a, { row: at.from_col, col: at.from_row, rows: cols, cols: rows }))
  else await copyInto(target, blockOf(a, { row: at.from_row, col: at.from_col, rows, cols }))
}

/**
 * `H = place(G, A, row, col, from_row, from_col, rows, cols)`: G with the rows x cols block of A at (from_row, from_col)
 * put in at (row, col), clipped to what both have; of A^T with `trans = 1`.
 */
export const placeKernel: Kernel = {
  name: 'place',
  aliases: [],
  minInputs: 2,
  maxInputs: 2,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(placeSpec),
  reuses: [0],
  shape(operands, scalars) {
    flag('place', 'trans', counts('place', placeSpec, scalars).trans)
    operand('place', operands, 1, 'A')
    const { rows, cols } = operand('place', operands, 0, 'G')
    return [{ rows, cols }]
  },
  flops: () => 0,
  async run(operands, context) {
    const at = counts('place', placeSpec, context.scalars)
    const result = await writable(operands, 0, operand('place', operands, 0, 'G'), context)
    await put(result, operand('place', operands, 1, 'A'), at)
    return [result]
  },
}

/** Extents of an embedding: those that are given, else what holds the block. */
function embedExtent(a: Extent, given: KernelScalars): Extent {
  const { rows, cols, row, col, from_row, from_col, trans } = counts('embed', embedSpec, given)
  const source = op(a, flag('embed', 'trans', trans))
  return {
    rows: rows === everything ? row + Math.max(0, source.rows - from_row) : rows,
    cols: cols === everything ? col + Math.max(0, source.cols - from_col) : cols,
  }
}

/**
 * `G = embed(A, rows, cols, row, col, from_row, from_col)`: zeros of rows x cols with A from (from_row, from_col) on
 * put in at (row, col), clipped to what both have; A^T with `trans = 1`.
 */
export const embedKernel: Kernel = {
  name: 'embed',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(embedSpec),
  reuses: [],
  shape(operands, scalars) {
    return [embedExtent(operand('embed', operands, 0, 'A'), scalars)]
  },
  flops: () => 0,
  async run(operands, context) {
    const a = operand('embed', operands, 0, 'A')
    const result = context.allocate(embedExtent(a, context.scalars), a, true)
    const at = counts('embed', embedSpec, context.scalars)
    await put(result, a, { ...at, rows: everything, cols: everything })
    return [result]
  },
}
