/** Kernels of the reduction of a symmetric matrix to a band, of which every tile takes part from a row and a column on. */

import { KernelArgumentError } from '../errors.ts'
import { gemmFlops } from '../flops.ts'
import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { gemm } from '../routines/gemm.ts'
import { symm, syr2k } from '../routines/symmetric.ts'
import { flag, readScalars } from '../scalars.ts'
import type { Tile } from '../tile.ts'
import { expectExtent, operand, writable } from './operands.ts'
import { blockOf, count } from './parts.ts'

/** A tile's rows from `row` on. */
const rowsFrom = (tile: Tile, row: number): Tile =>
  blockOf(tile, { row, col: 0, rows: tile.rows - row, cols: tile.cols })

/** The part of a tile from (row, col) on. */
const partFrom = (tile: Tile, row: number, col: number): Tile =>
  blockOf(tile, { row, col, rows: tile.rows - row, cols: tile.cols - col })

/** Where the part of the tile A begins that counts. @throws KernelArgumentError when it is outside */
function startIn(kernel: string, a: Extent, given: { readonly row: number; readonly col: number }) {
  const row = count(kernel, 'row', given.row)
  const col = count(kernel, 'col', given.col)
  if (row < a.rows && col < a.cols) return { row, col }
  const message = `${kernel}: element (${row}, ${col}) is outside of A, which is ${a.rows}x${a.cols}`
  throw new KernelArgumentError(kernel, row >= a.rows ? 'row' : 'col', message)
}

/** A symmetric part is square. */
function expectSymmetric(kernel: string, a: Extent, { row, col }: { readonly row: number; readonly col: number }) {
  if (row === col && a.rows === a.cols) return
  const message = `${kernel}: with symmetric = 1 the part is square; A is ${a.rows}x${a.cols} from (${row}, ${col}) on`
  throw new KernelArgumentError(kernel, 'symmetric', message)
}

const multiplySpec = { row: 0, col: 0, trans: 0, symmetric: 0 }

/** Operands and form of a product; A and V are the last two operands. */
function multiplyForm(operands: readonly (Extent | undefined)[], scalars: KernelScalars) {
  const name = 'sy2sb_multiply'
  const codes = readScalars(name, multiplySpec, scalars)
  const a = operand(name, operands, operands.length - 2, 'A')
  const v = operand(name, operands, operands.length - 1, 'V')
  const start = startIn(name, a, codes)
  const isSymmetric = flag(name, 'symmetric', codes.symmetric)
  const isTransposed = flag(name, 'trans', codes.trans)
  if (isSymmetric) expectSymmetric(name, a, start)
  expectExtent(name, 'V', v, isTransposed ? a.rows : a.cols, v.cols)
  const result = { rows: isTransposed ? a.cols : a.rows, cols: v.cols }
  if (operands.length === 3) expectExtent(name, 'Y', operand(name, operands, 0, 'Y'), result.rows, result.cols)
  return { ...start, isSymmetric, isTransposed, result, k: v.cols }
}

/**
 * `X = sy2sb_multiply(A, V)`, `X = sy2sb_multiply(Y, A, V)`: op(A) V, added to Y, of the part of A from (row, col) on and the rows of V that it meets; the
 * rows of the result before it are zeros. op is the transpose with `trans = 1`; with `symmetric = 1` A is the symmetric matrix whose lower half is stored.
 */
export const sy2sbMultiplyKernel: Kernel = {
  name: 'sy2sb_multiply',
  aliases: [],
  minInputs: 2,
  maxInputs: 3,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(multiplySpec),
  reuses: [0],
  shape: (operands, scalars) => [multiplyForm(operands, scalars).result],
  flops(operands, scalars) {
    const { row, col, k } = multiplyForm(operands, scalars)
    const a = operand('sy2sb_multiply', operands, operands.length - 2, 'A')
    return gemmFlops(a.rows - row, k, a.cols - col)
  },
  async run(operands, context) {
    const { row, col, isSymmetric, isTransposed, result } = multiplyForm(operands, context.scalars)
    const [given] = operands
    const a = operand('sy2sb_multiply', operands, operands.length - 2, 'A')
    const v = operand('sy2sb_multiply', operands, operands.length - 1, 'V')
    const [first, skipped] = isTransposed ? [col, row] : [row, col]
    const isSum = operands.length === 3 && given !== undefined
    const y = isSum ? await writable(operands, 0, given, context) : context.allocate(result, a)
    if (!isSum) for (let c = 0; c < y.cols; c++) y.data.fill(0, c * y.ld, c * y.ld + first)
    const beta = isSum ? 1 : 0
    const part = partFrom(a, row, col)
    if (isSymmetric) await symm(rowsFrom(y, first), part, rowsFrom(v, skipped), beta)
    else await gemm(rowsFrom(y, first), part, rowsFrom(v, skipped), { transA: isTransposed, beta })
    return [y]
  },
}

const updateSpec = { row: 0, col: 0, symmetric: 0 }

/** Form of an update. */
function updateForm(operands: readonly (Extent | undefined)[], scalars: KernelScalars) {
  const name = 'sy2sb_update'
  const codes = readScalars(name, updateSpec, scalars)
  const a = operand(name, operands, 0, 'A')
  const start = startIn(name, a, codes)
  const isSymmetric = flag(name, 'symmetric', codes.symmetric)
  if (isSymmetric) expectSymmetric(name, a, start)
  const k = operand(name, operands, 1, 'Vi').cols
  for (const [position, label] of ['Vi', 'Wi', 'Vj', 'Wj'].entries()) {
    expectExtent(name, label, operand(name, operands, position + 1, label), position < 2 ? a.rows : a.cols, k)
  }
  return { ...start, isSymmetric, k, extent: { rows: a.rows, cols: a.cols } }
}

/**
 * `B = sy2sb_update(A, Vi, Wi, Vj, Wj)`: A - Vi Wj^T - Wi Vj^T in the part of A from (row, col) on, and A itself elsewhere; with `symmetric = 1` (Vi = Vj,
 * Wi = Wj) in the lower half of that part alone.
 */
export const sy2sbUpdateKernel: Kernel = {
  name: 'sy2sb_update',
  aliases: [],
  minInputs: 5,
  maxInputs: 5,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(updateSpec),
  reuses: [0],
  shape: (operands, scalars) => [updateForm(operands, scalars).extent],
  flops(operands, scalars) {
    const { row, col, k, isSymmetric, extent } = updateForm(operands, scalars)
    return (isSymmetric ? 1 : 2) * gemmFlops(extent.rows - row, extent.cols - col, k)
  },
  async run(operands, context) {
    const { row, col, isSymmetric } = updateForm(operands, context.scalars)
    const a = await writable(operands, 0, operand('sy2sb_update', operands, 0, 'A'), context)
    const [vi, wi, vj, wj] = ['Vi', 'Wi', 'Vj', 'Wj'].map((name, at) =>
      rowsFrom(operand('sy2sb_update', operands, at + 1, name), at < 2 ? row : col),
    ) as [Tile, Tile, Tile, Tile]
    const part = partFrom(a, row, col)
    if (isSymmetric) {
      await syr2k(part, vi, wi, -1)
    } else {
      await gemm(part, vi, wj, { transB: true, alpha: -1 })
      await gemm(part, wi, vj, { transB: true, alpha: -1 })
    }
    return [a]
  },
}
