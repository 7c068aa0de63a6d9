import type { Tile } from '../../kernels/index.ts'
import type { Layout, TileArray } from '../contract.ts'
import { InvalidLayoutError } from '../errors.ts'
import { TileView } from './tile-view.ts'
import { transposedTile } from './transposed-tile.ts'

/** The array with its last two dimensions (rows and columns) exchanged. @throws InvalidLayoutError for a vector */
export function transposed(array: TileArray): TileView {
  if (array.layout.shape.length === 1) {
    throw new InvalidLayoutError(`${array.url} has one dimension and cannot be transposed; store it as n x 1`)
  }
  return new TransposedView(array, swapLayout(array.layout))
}

class TransposedView extends TileView {
  baseIndex(index: readonly number[]): readonly number[] {
    return swapLast(index)
  }

  viewIndices(baseIndex: readonly number[]): readonly (readonly number[])[] {
    return [swapLast(baseIndex)]
  }

  protected convert(_index: readonly number[], tile: Tile, into: ArrayBuffer | undefined): Tile {
    return transposedTile(tile, this.layout, into)
  }
}

function swapLayout({ shape, tile, dtype, origin }: Layout): Layout {
  return { shape: swapLast(shape), tile: swapLast(tile), dtype, ...(origin ? { origin: swapLast(origin) } : {}) }
}

function swapLast(values: readonly number[]): readonly number[] {
  return values.with(-1, values.at(-2)!).with(-2, values.at(-1)!)
}
