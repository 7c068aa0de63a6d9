/** Norms of matrices and of residuals, computed tile by tile; no matrix is ever held whole. */

import { InputError } from '../../errors.ts'
import { addColumnAbsSums, addRowAbsSums, gemm, symmetrizeLower, type Tile } from '../../kernels/index.ts'
import type { TileArray } from '../../matrix/index.ts'
import { forEachLimit } from '../../util/index.ts'
import { addSums, largest } from './column-sums.ts'
import { ownCopy, TileReader } from './tile-reader.ts'

export interface ResidualOptions {
  /** Tiles worked on at the same time. @default 2 */
  readonly slots?: number | undefined
  /** Bytes of operand tiles kept. @default 1 GiB */
  readonly memoryBytes?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** R = target - alpha left right - beta addend, where `left right` is cut into tiles of the same grid lines. */
export interface Residual {
  /** m x n */
  readonly target: TileArray
  /** m x k */
  readonly left: TileArray
  /** k x n, or n x k with `rightTransposed` */
  readonly right: TileArray
  readonly rightTransposed?: boolean
  /** @default 1 */
  readonly alpha?: number
  readonly addend?: { readonly array: TileArray; readonly beta: number } | undefined
  /** Target and product are symmetric and only the lower half of the target is read. @default false */
  readonly symmetric?: boolean
  /** Left is lower triangular, so left(i, k) = 0 for k > i. @default false */
  readonly leftLower?: boolean
}

/** ||R||_1, the largest sum of absolute values in a column. NaN or infinite when a value in it is. */
export async function residualNorm1(residual: Residual, options: ResidualOptions = {}): Promise<number> {
  return largest(await residualColumnSums(residual, options))
}

/** sum_i |R_ij| for every column j. */
export async function residualColumnSums(residual: Residual, options: ResidualOptions = {}): Promise<Float64Array> {
  const { target, left, right, rightTransposed = false, alpha = 1, addend, symmetric = false } = residual
  checkGrids(residual)
  const reader = readerFor(options)
  const sums = columnSums(target)
  await forEachLimit(tilesOf(target, symmetric), options.slots ?? 2, async ([i, j]) => {
    options.signal?.throwIfAborted()
    const r = await ownCopy(await reader.read(target, [i, j]))
    const last = residual.leftLower ? i : Number.POSITIVE_INFINITY
    for (let k = 0; k < Math.min(left.grid[1] ?? 1, last + 1); k++) {
      const [a, b] = await Promise.all([
        reader.read(left, [i, k]),
        reader.read(right, rightTransposed ? [j, k] : [k, j]),
      ])
      await gemm(r, a, b, { alpha: -alpha, beta: 1, transB: rightTransposed })
    }
    if (addend) {
      const c = await reader.read(addend.array, [i, j])
      for (let column = 0; column < r.cols; column++) {
        for (let row = 0; row < r.rows; row++) {
          r.data[column * r.ld + row]! -= addend.beta * c.data[column * c.ld + row]!
        }
      }
    }
    await fold(r, sums, i, j, symmetric)
  })
  return sums.values
}

/** ||A||_1; with `symmetric`, of the symmetric matrix whose lower half is stored. */
export async function norm1(
  array: TileArray,
  options: ResidualOptions & { readonly symmetric?: boolean } = {},
): Promise<number> {
  return largest(await columnAbsSums(array, options))
}

/** sum_i |a_ij| for every column j. */
export async function columnAbsSums(
  array: TileArray,
  options: ResidualOptions & { readonly symmetric?: boolean } = {},
): Promise<Float64Array> {
  const { symmetric = false } = options
  const sums = columnSums(array)
  await forEachLimit(tilesOf(array, symmetric), options.slots ?? 2, async ([i, j]) => {
    const tile = await array.readTile([i, j], { signal: options.signal })
    await fold(symmetric && i === j ? await ownCopy(tile) : tile, sums, i, j, symmetric)
  })
  return sums.values
}

interface ColumnSums {
  readonly values: Float64Array
  readonly tileRows: number
  readonly tileCols: number
}

/** One sum a column (of a symmetric matrix: a row is a column). */
function columnSums(array: TileArray): ColumnSums {
  const [, n = 1] = array.layout.shape
  const [tileRows = 1, tileCols = 1] = array.layout.tile
  return { values: new Float64Array(n), tileRows, tileCols }
}

/** Adds tile (i, j); off-diagonal tiles of a symmetric matrix stand for their mirror image too. */
async function fold(r: Tile, sums: ColumnSums, i: number, j: number, symmetric: boolean): Promise<void> {
  if (symmetric && i === j) await symmetrizeLower(r)
  const columns = sums.values.subarray(j * sums.tileCols, j * sums.tileCols + r.cols)
  await addSums(columns, (part) => addColumnAbsSums(r, part))
  if (symmetric && i !== j) {
    const mirrored = sums.values.subarray(i * sums.tileRows, i * sums.tileRows + r.rows)
    await addSums(mirrored, (part) => addRowAbsSums(r, part))
  }
}

function* tilesOf(array: TileArray, lowerOnly: boolean): Iterable<readonly [number, number]> {
  const [mt = 1, nt = 1] = array.grid
  for (let j = 0; j < nt; j++) for (let i = lowerOnly ? j : 0; i < mt; i++) yield [i, j]
}

function readerFor(options: ResidualOptions): TileReader {
  return new TileReader({ memoryBytes: options.memoryBytes ?? 2 ** 30, signal: options.signal })
}

/** Rows of target and left, columns of target and right, and the inner dimension must be cut alike. */
function checkGrids({ target, left, right, rightTransposed = false, addend }: Residual): void {
  const inner = rightTransposed ? 1 : 0
  const same = (a: TileArray, ad: number, b: TileArray, bd: number): void => {
    const [extent, other] = [a.layout.shape[ad] ?? 1, b.layout.shape[bd] ?? 1]
    const [tile, otherTile] = [a.layout.tile[ad] ?? 1, b.layout.tile[bd] ?? 1]
    if (extent !== other) {
      throw new InputError(
        `${a.url} (${a.layout.shape.join('x')}) and ${b.url} (${b.layout.shape.join('x')}) do not fit: ${extent} against ${other}`,
      )
    }
    if (Math.min(tile, extent) !== Math.min(otherTile, extent)) {
      throw new InputError(
        `${a.url} is cut into tiles of ${tile} where ${b.url} has tiles of ${otherTile}; import one of them again with the other's --tile`,
      )
    }
  }
  same(target, 0, left, 0)
  same(target, 1, right, 1 - inner)
  same(left, 1, right, inner)
  if (addend) {
    same(target, 0, addend.array, 0)
    same(target, 1, addend.array, 1)
  }
}
