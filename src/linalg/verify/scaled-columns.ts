import { InputError } from '../../errors.ts'
import { dtypeOf, type Tile, zeroTile } from '../../kernels/index.ts'
import type { TileArray } from '../../matrix/index.ts'

/** A diag(factors), one factor a column, to be read as a matrix. */
export function scaledColumns(array: TileArray, factors: Float64Array): TileArray {
  const width = array.layout.tile[1] ?? 1
  const scaled = (index: readonly number[], tile: Tile): Tile => {
    const first = (index[1] ?? 0) * width
    const result = zeroTile(tile, dtypeOf(tile))
    for (let c = 0; c < tile.cols; c++) {
      const factor = factors[first + c] ?? Number.NaN
      for (let r = 0; r < tile.rows; r++) result.data[c * result.ld + r] = factor * tile.data[c * tile.ld + r]!
    }
    return result
  }
  return {
    store: array.store,
    path: array.path,
    url: array.url,
    layout: array.layout,
    grid: array.grid,
    tileBytes: array.tileBytes,
    heldBytes: array.heldBytes,
    extentOf: (index) => array.extentOf(index),
    hasTile: (index, options) => array.hasTile(index, options),
    storedTiles: (options) => array.storedTiles(options),
    async getTile(index, options) {
      const tile = await array.getTile(index, options)
      return tile && scaled(index, tile)
    },
    async readTile(index, options) {
      return scaled(index, await array.readTile(index, options))
    },
    putTile: () => Promise.reject(new InputError(`a scaled view of ${array.url} cannot be written`)),
    deleteTile: () => Promise.reject(new InputError(`a scaled view of ${array.url} cannot be written`)),
  }
}

/** The elements of a vector: n, n x 1 or 1 x n. @throws InputError when it is none, or has another length */
export async function readVector(array: TileArray, length: number, signal?: AbortSignal): Promise<Float64Array> {
  const { shape, tile } = array.layout
  const count = shape.reduce((product, extent) => product * extent, 1)
  const long = shape.indexOf(count)
  if (count !== length || long < 0) {
    throw new InputError(`${array.url} is ${shape.join(' x ')}; a vector of ${length} is wanted`)
  }
  const values = new Float64Array(length)
  for (let at = 0; at * (tile[long] ?? 1) < length; at++) {
    const index = shape.map((_, axis) => (axis === long ? at : 0))
    const { data, rows, cols, ld } = await array.readTile(index, { signal })
    for (let k = 0; k < rows * cols; k++) values[at * (tile[long] ?? 1) + k] = data[cols === 1 ? k : k * ld]!
  }
  return values
}
