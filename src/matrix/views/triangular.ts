import type { Tile } from '../../kernels/index.ts'
import type { TileArray } from '../contract.ts'
import { InvalidLayoutError } from '../errors.ts'
import { tileBytesOf, tileOver } from '../tile-codec.ts'
import { TileView } from './tile-view.ts'

/**
 * One triangle of a matrix, the diagonal included; the other half reads as zeros, whatever stands there.
 * @throws InvalidLayoutError unless the tiles are square or there is one only
 */
export function triangular(array: TileArray, half: 'lower' | 'upper'): TileView {
  const { shape, tile } = array.layout
  const isOne = array.grid.every((count) => count === 1)
  if (shape.length !== 2 || (tile[0] !== tile[1] && !isOne)) {
    throw new InvalidLayoutError(
      `${array.url} of shape ${shape.join('x')} in tiles of ${tile.join('x')} has no triangle: a matrix in square tiles is wanted`,
    )
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

  protected convert([i = 0, j = 0]: readonly number[], tile: Tile, into: ArrayBuffer | undefined): Tile {
    const bytes = tileBytesOf(this.layout)
    const result = tileOver(into?.byteLength === bytes ? into : new ArrayBuffer(bytes), this.layout, tile)
    result.data.fill(0)
    for (let column = 0; column < tile.cols; column++) {
      const [first, end] = this.#rows(i - j, column, tile.rows)
      const kept = tile.data.subarray(first + column * tile.ld, Math.max(first, end) + column * tile.ld)
      result.data.set(kept, first + column * result.ld)
    }
    return result
  }

  /** Rows of a column that belong to the triangle, in a tile so many tiles below the diagonal. */
  #rows(below: number, column: number, rows: number): readonly [number, number] {
    const isLower = this.#half === 'lower'
    if (below !== 0) return below > 0 === isLower ? [0, rows] : [0, 0]
    return isLower ? [Math.min(column, rows), rows] : [0, Math.min(column + 1, rows)]
  }
}
