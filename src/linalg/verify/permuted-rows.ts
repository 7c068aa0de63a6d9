import { type Tile, zeroTile } from '../../kernels/index.ts'
import { ArrayView, type TileArray, type TileOptions, tileDtype } from '../../matrix/index.ts'
import { TileReader } from './tile-reader.ts'

/** A matrix with its rows in another order, A[P]: row i is row `order[i]` of the base. Tiles are cut as those of the base. */
export class PermutedRows extends ArrayView {
  readonly #order: Float64Array
  readonly #reader: TileReader

  constructor(
    base: TileArray,
    order: Float64Array,
    options: { readonly memoryBytes: number; readonly signal?: AbortSignal | undefined },
  ) {
    super(base, base.layout)
    this.#order = order
    this.#reader = new TileReader(options)
  }

  async readTile(index: readonly number[]): Promise<Tile> {
    const [i = 0, j = 0] = this.positionOf(index)
    const result = zeroTile(this.extentOf(index), tileDtype(this.layout))
    const { data, rows, cols, ld } = result
    const [mb = 1] = this.layout.tile
    const wanted = this.#order.subarray(i * mb, i * mb + rows)
    for (const tileRow of new Set(wanted.map((row) => Math.floor(row / mb)))) {
      const source = await this.#reader.read(this.base, [tileRow, j])
      for (const [r, row] of wanted.entries()) {
        if (Math.floor(row / mb) !== tileRow) continue
        for (let c = 0; c < cols; c++) data[r + c * ld] = source.data[row - tileRow * mb + c * source.ld]!
      }
    }
    return result
  }

  getTile(index: readonly number[]): Promise<Tile> {
    return this.readTile(index)
  }

  async hasTile(): Promise<boolean> {
    return true
  }

  async *storedTiles(
    options?: TileOptions,
  ): AsyncGenerator<{ readonly index: readonly number[]; readonly bytes: number }> {
    yield* this.base.storedTiles(options)
  }
}

/** True when the numbers are 0 to n - 1 in any order. */
export function isPermutation(numbers: Float64Array): boolean {
  const seen = new Uint8Array(numbers.length)
  for (const number of numbers) {
    if (!(Number.isInteger(number) && number >= 0 && number < numbers.length) || seen[number] === 1) return false
    seen[number] = 1
  }
  return true
}
