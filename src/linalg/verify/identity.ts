import type { Tile } from '../../kernels/index.ts'
import { ArrayView, type TileArray } from '../../matrix/index.ts'

/** The identity, cut as a given square matrix is. */
export function identityLike(array: TileArray): ArrayView {
  return new Identity(array, array.layout)
}

class Identity extends ArrayView {
  async readTile(index: readonly number[]): Promise<Tile> {
    const [i = 0, j = 0] = this.positionOf(index)
    const { rows, cols } = this.extentOf(index)
    const data = this.layout.dtype === 'float32' ? new Float32Array(rows * cols) : new Float64Array(rows * cols)
    if (i === j) for (let at = 0; at < Math.min(rows, cols); at++) data[at + at * rows] = 1
    return { data, rows, cols, ld: Math.max(1, rows) }
  }

  async getTile(index: readonly number[]): Promise<Tile | undefined> {
    return this.readTile(index)
  }

  async hasTile(): Promise<boolean> {
    return true
  }

  async *storedTiles(): AsyncGenerator<{ readonly index: readonly number[]; readonly bytes: number }> {
    // Nothing of it is stored.
  }
}
