/** Arithmetic on layouts: grids, extents, sizes. */

import type { Dtype, TileData } from '../kernels/index.ts'
import type { Layout, StoredDtype } from './contract.ts'
import { InvalidLayoutError, OutOfBoundsError } from './errors.ts'

/** No tile is larger: one system call reads or writes less than 2 GiB. */
const MAX_TILE_BYTES = 2 ** 31 - 4096

export function bytesPerElement(dtype: StoredDtype): 4 | 8 {
  return dtype === 'float32' ? 4 : 8
}

/** Type of an array's tiles in memory. */
export function tileDtype({ dtype }: Pick<Layout, 'dtype'>): Dtype {
  return dtype === 'int64' ? 'float64' : dtype
}

/** Elements of one full tile. */
export function tileElements(layout: Layout): number {
  return layout.tile.reduce((product, extent) => product * extent, 1)
}

/** A typed array over the first `elements` elements of a buffer. */
export function viewOf(buffer: ArrayBuffer, dtype: StoredDtype, elements: number): TileData {
  return dtype === 'float32' ? new Float32Array(buffer, 0, elements) : new Float64Array(buffer, 0, elements)
}

/** Rows and columns of a full tile; an array with one dimension is a column. */
export function fullTile(layout: Layout): { readonly rows: number; readonly cols: number } {
  const { tile } = layout
  return tile.length === 1 ? { rows: tile[0]!, cols: 1 } : { rows: tile.at(-2)!, cols: tile.at(-1)! }
}

/** Tiles per dimension: ceil(shape / tile). */
export function gridOf(layout: Layout): number[] {
  return layout.shape.map((extent, dimension) => Math.ceil(extent / layout.tile[dimension]!))
}

/** Position of a tile in the grid, from 0: its index less the layout's origin. @throws OutOfBoundsError */
export function gridPosition(layout: Layout, index: readonly number[], url: string): number[] {
  const grid = gridOf(layout)
  const position = index.map((value, dimension) => value - (layout.origin?.[dimension] ?? 0))
  const inside = position.every((at, dimension) => Number.isInteger(at) && at >= 0 && at < (grid[dimension] ?? 0))
  if (index.length === grid.length && inside) return position
  const from = layout.origin ? ` from [${layout.origin}]` : ''
  throw new OutOfBoundsError(`tile [${index}] is outside ${url}, whose grid is ${grid.join('x')} tiles${from}`)
}

/** Logical rows and columns of the tile at a position in the grid. */
export function extentAt(
  layout: Layout,
  position: readonly number[],
): { readonly rows: number; readonly cols: number } {
  const extent = (dimension: number): number =>
    Math.min(layout.tile[dimension]!, layout.shape[dimension]! - position[dimension]! * layout.tile[dimension]!)
  const last = layout.shape.length - 1
  return last === 0 ? { rows: extent(0), cols: 1 } : { rows: extent(last - 1), cols: extent(last) }
}

/** Checks what a new or opened array is to look like. @throws InvalidLayoutError */
export function checkLayout(layout: Layout): void {
  const { shape, tile, dtype, origin } = layout
  const fail = (problem: string): never => {
    throw new InvalidLayoutError(
      `a matrix of shape ${shape.join('x') || '()'} in tiles of ${tile.join('x') || '()'} is not possible: ${problem}`,
    )
  }
  if (shape.length === 0) fail('it needs at least one dimension')
  if (tile.length !== shape.length) fail('shape and tile must have as many dimensions')
  if (!shape.every(isPositiveInteger)) fail('every extent of the shape must be a whole number from 1')
  if (!tile.every(isPositiveInteger)) fail('every extent of the tile must be a whole number from 1')
  if (tile.slice(0, -2).some((extent) => extent !== 1)) fail('all but the last two extents of the tile must be 1')
  if (origin !== undefined && (origin.length !== shape.length || !origin.every(Number.isSafeInteger))) {
    fail(`the origin [${origin}] must have a whole number for each dimension`)
  }
  const bytes = tileElements(layout) * bytesPerElement(dtype)
  if (bytes > MAX_TILE_BYTES)
    fail(`a tile would have ${bytes} bytes, and the limit is ${MAX_TILE_BYTES}; use a smaller tile`)
}

/** @throws InvalidLayoutError when an array of this type cannot hold the value */
export function checkFillValue({ dtype }: Layout, value: number): void {
  if (dtype !== 'int64' || Number.isSafeInteger(value)) return
  throw new InvalidLayoutError(`an int64 matrix cannot have the fill value ${value}; a whole number is wanted`)
}

function isPositiveInteger(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1
}
