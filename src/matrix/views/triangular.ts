import type { Tile } from '../../kernels/index.ts'
import type { TileArray } from '../contract.ts'
import { InvalidLayoutError } from '../errors.ts'
import { fullTile } from '../layout.ts'
import { tileBytesOf, tileOver } from '../tile-codec.ts'
import { TileView } from './tile-view.ts'

/**
 * One triangle of a matrix of any shape (a trapezoid when it is not square), the diagonal included; the other half reads as
 * zeros, whatever stands there. @throws InvalidLayoutError unless it has two dimensions
 */
export function triangular(array: TileArray, half: 'lower' | 'upper'): TileView {
  const { shape } = array.layout
  if (shape.length !== 2) {
    throw new InvalidLayoutError(`${array.url} of shape ${shape.join('x')} has no triangle: a matrix is wanted`)
  }
  return new TriangularView(array, half)
}

class TriangularView extends TileView {
  readonly #half: 'lower' | 'upper'

  constructor(array: TileArray, half: 'lower' | 'upper') {
    super(array, array.layout)
    this.#half = half
  }

  baseIndex(index: readonly number[]): readonly number[] {
    return index
  }

  viewIndices(baseIndex: readonly number[]): readonly (readonly number[])[] {
    return [baseIndex]
  }

  protected convert(index: readonly number[], tile: Tile, into: ArrayBuffer | undefined): Tile {
    const bytes = tileBytesOf(this.layout)
    const result = tileOver(into?.byteLength === bytes ? into : new ArrayBuffer(bytes), this.layout, tile)
    const [i = 0, j = 0] = this.positionOf(index)
    const full = fullTile(this.layout)
    result.data.fill(0)
    for (let column = 0; column < tile.cols; column++) {
      // Row of the tile on which the diagonal crosses this column; outside of the tile where it does not.
      const diagonal = j * full.cols + column - i * full.rows
      const [first, end] = this.#half === 'lower' ? [diagonal, tile.rows] : [0, diagonal + 1]
      const from = Math.min(Math.max(0, first), tile.rows)
      const to = Math.max(from, Math.min(end, tile.rows))
      result.data.set(tile.data.subarray(from + column * tile.ld, to + column * tile.ld), from + column * result.ld)
    }
    return result
  }
}
