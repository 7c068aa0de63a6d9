import { copyInto, dtypeOf, type Tile, zeroTile } from '../../kernels/index.ts'
import type { TileArray } from '../../matrix/index.ts'

/** Reads tiles of several arrays and keeps the last ones used, within a budget of bytes. */
export class TileReader {
  readonly #arrays = new Map<TileArray, number>()
  readonly #kept = new Map<string, { readonly tile: Promise<Tile>; readonly bytes: number }>()
  readonly #budget: number
  readonly #signal: AbortSignal | undefined
  #bytes = 0

  constructor(options: { readonly memoryBytes: number; readonly signal?: AbortSignal | undefined }) {
    this.#budget = options.memoryBytes
    this.#signal = options.signal
  }

  /** The tile, fill value included; shared, so not to be written to. */
  read(array: TileArray, index: readonly number[]): Promise<Tile> {
    // By array, not by URL: a view has the URL of what it shows otherwise.
    const number = this.#arrays.get(array) ?? this.#arrays.size
    this.#arrays.set(array, number)
    const key = `${number} ${index.join(',')}`
    const kept = this.#kept.get(key)
    if (kept) {
      this.#kept.delete(key)
      this.#kept.set(key, kept)
      return kept.tile
    }
    const entry = { tile: array.readTile(index, { signal: this.#signal }), bytes: array.tileBytes }
    entry.tile.catch(() => this.#kept.delete(key))
    this.#kept.set(key, entry)
    this.#bytes += entry.bytes
    for (const [oldest, { bytes }] of this.#kept) {
      if (this.#bytes <= this.#budget || oldest === key) break
      this.#kept.delete(oldest)
      this.#bytes -= bytes
    }
    return entry.tile
  }
}

/** A tile that may be overwritten, with the elements of one that is kept. */
export async function ownCopy(tile: Tile): Promise<Tile> {
  const copy = zeroTile(tile, dtypeOf(tile))
  await copyInto(copy, tile)
  return copy
}
