import type { Tile } from '../../kernels/index.ts'
import type { TileArray } from '../contract.ts'
import { copyStrided } from '../copy.ts'
import { InvalidLayoutError } from '../errors.ts'
import { tileBytesOf, tileOver } from '../tile-codec.ts'
import { TileView } from './tile-view.ts'
import { transposedTile } from './transposed-tile.ts'

/**
 * The whole of a symmetric matrix of which one half (the diagonal included) is stored; what stands in the other half is not looked at.
 * @throws InvalidLayoutError unless matrix and tiles are square
 */
export function symmetric(array: TileArray, stored: 'lower' | 'upper'): TileView {
  const { shape, tile, origin } = array.layout
  const isSquare = shape.length >= 2 && shape.at(-1) === shape.at(-2) && tile.at(-1) === tile.at(-2)
  if (!isSquare || origin?.at(-1) !== origin?.at(-2)) {
    throw new InvalidLayoutError(
      `${array.url} of shape ${shape.join('x')} in tiles of ${tile.join('x')} cannot be symmetric: both must be square`,
    )
  }
  return new SymmetricView(array, stored)
}

class SymmetricView extends TileView {
  readonly #stored: 'lower' | 'upper'

  constructor(array: TileArray, stored: 'lower' | 'upper') {
    super(array, array.layout)
    this.#stored = stored
  }

  baseIndex(index: readonly number[]): readonly number[] {
    return this.#isStored(index) ? index : mirror(index)
  }

  viewIndices(baseIndex: readonly number[]): readonly (readonly number[])[] {
    if (!this.#isStored(baseIndex)) return []
    return baseIndex.at(-1) === baseIndex.at(-2) ? [baseIndex] : [baseIndex, mirror(baseIndex)]
  }

  protected convert(index: readonly number[], tile: Tile, into: ArrayBuffer | undefined): Tile {
    if (index.at(-1) === index.at(-2)) return this.#mirroredDiagonal(tile, into)
    return this.#isStored(index) ? tile : transposedTile(tile, this.layout, into)
  }

  #isStored(index: readonly number[]): boolean {
    return this.#stored === 'lower' ? index.at(-2)! >= index.at(-1)! : index.at(-2)! <= index.at(-1)!
  }

  /** A copy of a diagonal tile with its stored triangle on both sides. */
  #mirroredDiagonal(tile: Tile, into: ArrayBuffer | undefined): Tile {
    const bytes = tileBytesOf(this.layout)
    const result = tileOver(into?.byteLength === bytes ? into : new ArrayBuffer(bytes), this.layout, tile)
    for (let c = 0; c < tile.cols; c++) {
      const run = this.#stored === 'lower' ? tile.rows - c : c + 1
      const first = this.#stored === 'lower' ? c : 0
      const from = { data: tile.data, offset: first + c * tile.ld, rowStride: 1, colStride: tile.ld }
      copyStrided(
        { data: result.data, offset: first + c * result.ld, rowStride: 1, colStride: result.ld },
        from,
        run,
        1,
      )
      copyStrided(
        { data: result.data, offset: c + first * result.ld, rowStride: result.ld, colStride: 1 },
        from,
        run,
        1,
      )
    }
    return result
  }
}

function mirror(index: readonly number[]): readonly number[] {
  return index.with(-1, index.at(-2)!).with(-2, index.at(-1)!)
}
