import { type Tile, zeroTile } from '../../kernels/index.ts'
import { ArrayView, type TileArray, tileDtype } from '../../matrix/index.ts'

/** The identity, cut as a given square matrix is. */
export function identityLike(array: TileArray): ArrayView {
  return new Identity(array, array.layout)
}

class Identity extends ArrayView {
  async readTile(index: readonly number[]): Promise<Tile> {
    const [i = 0, j = 0] = this.positionOf(index)
    const tile = zeroTile(this.extentOf(index), tileDtype(this.layout))
    if (i === j) for (let at = 0; at < Math.min(tile.rows, tile.cols); at++) tile.data[at + at * tile.ld] = 1
    return tile
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
