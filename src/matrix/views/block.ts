import type { Tile } from '../../kernels/index.ts'
import type { Layout, TileArray } from '../contract.ts'
import { OutOfBoundsError } from '../errors.ts'
import type { Range } from '../rectangle.ts'
import { TileView } from './tile-view.ts'

/**
 * The elements in the given ranges, one per dimension (dimensions without a range are taken whole). A range must begin
 * at a multiple of the tile and end at one or at the array's edge. Tiles of the block count from 0. @throws OutOfBoundsError
 */
export function block(array: TileArray, ranges: readonly Range[]): TileView {
  const { shape, tile, dtype, origin } = array.layout
  if (ranges.length > shape.length) {
    throw new OutOfBoundsError(`${array.url} has ${shape.length} dimensions and ${ranges.length} ranges were given`)
  }
  const full = shape.map((extent, dimension) => ranges[dimension] ?? ([0, extent] as const))
  full.forEach(([start, end], dimension) => {
    const extent = shape[dimension]!
    const unit = tile[dimension]!
    const isAligned = start % unit === 0 && (end % unit === 0 || end === extent)
    if (isAligned && Number.isInteger(start) && start >= 0 && start < end && end <= extent) return
    throw new OutOfBoundsError(
      `the block [${start}, ${end}] of dimension ${dimension} of ${array.url} must begin at a multiple of the tile (${unit}) and end at one or at ${extent}`,
    )
  })
  const layout: Layout = { shape: full.map(([start, end]) => end - start), tile, dtype }
  return new BlockView(
    array,
    layout,
    full.map(([start], dimension) => start / tile[dimension]! + (origin?.[dimension] ?? 0)),
  )
}

class BlockView extends TileView {
  readonly #first: readonly number[]
  protected override readonly copies = false

  constructor(array: TileArray, layout: Layout, first: readonly number[]) {
    super(array, layout)
    this.#first = first
  }

  baseIndex(index: readonly number[]): readonly number[] {
    return index.map((at, dimension) => at + this.#first[dimension]!)
  }

  viewIndices(baseIndex: readonly number[]): readonly (readonly number[])[] {
    const index = baseIndex.map((at, dimension) => at - this.#first[dimension]!)
    return index.every((at, dimension) => at >= 0 && at < this.grid[dimension]!) ? [index] : []
  }

  protected convert(_index: readonly number[], tile: Tile): Tile {
    return tile
  }
}
