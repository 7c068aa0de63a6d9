import type { Tile } from '../../kernels/index.ts'
import type { TileArray } from '../contract.ts'
import { InvalidLayoutError } from '../errors.ts'
import { TileView } from './tile-view.ts'

/** A vector of one dimension as a matrix of one column. @throws InvalidLayoutError for an array of more dimensions */
export function column(array: TileArray): TileView {
  const { shape, tile, dtype, origin } = array.layout
  if (shape.length !== 1) {
    throw new InvalidLayoutError(`${array.url} of shape ${shape.join('x')} is no vector; one dimension is wanted`)
  }
  return new ColumnView(array, {
    shape: [shape[0]!, 1],
    tile: [tile[0]!, 1],
    dtype,
    ...(origin ? { origin: [origin[0]!, 0] } : {}),
  })
}

class ColumnView extends TileView {
  protected override readonly copies = false

  baseIndex([i]: readonly number[]): readonly number[] {
    return [i!]
  }

  viewIndices([i]: readonly number[]): readonly (readonly number[])[] {
    return [[i!, 0]]
  }

  protected convert(_index: readonly number[], tile: Tile): Tile {
    return tile
  }
}
