import type { Tile } from '../../kernels/index.ts'
import type { TileArray } from '../contract.ts'

/** Bytes of tiles that are kept, unless that is fewer than {@link leastTiles}. */
const keptBytes = 128 * 2 ** 20
/** So that a few tiles of the view can be assembled at the same time. */
const leastTiles = 4

/** A tile of the base as it lies here. */
export interface BaseTile {
  readonly tile: Tile
  /** False when nothing is stored and the tile shows the fill value. */
  readonly isStored: boolean
}

interface Entry {
  readonly loaded: Promise<BaseTile>
  /** Who works with the tile now; it stays while there is one. */
  users: number
  /** Of our own, to be used again once the tile goes. */
  buffer: ArrayBuffer | undefined
}

/**
 * Tiles of an array for readers that take parts of them: the last ones used are kept, within a fixed number. A tile that
 * several want at the same time is read once; who finds no room waits until a tile is let go.
 */
export class BaseTiles {
  readonly #array: TileArray
  readonly #limit: number
  /** In order of use, least recent first. */
  readonly #entries = new Map<string, Entry>()
  readonly #spare: ArrayBuffer[] = []
  #waiting: (() => void)[] = []

  constructor(array: TileArray) {
    this.#array = array
    const tiles = array.grid.reduce((product, count) => product * count, 1)
    this.#limit = Math.min(tiles, Math.max(leastTiles, Math.floor(keptBytes / array.tileBytes)))
  }

  /** Most bytes of tiles that are here at any time. */
  get limitBytes(): number {
    return this.#limit * this.#array.tileBytes
  }

  /** Works with a tile, which stays until the work is done. @throws what reading it throws, and what `work` throws */
  async use<T>(index: readonly number[], work: (tile: BaseTile) => Promise<T>): Promise<T> {
    const entry = await this.#take(index)
    try {
      return await work(await entry.loaded)
    } finally {
      entry.users--
      this.#wake()
    }
  }

  async #take(index: readonly number[]): Promise<Entry> {
    const key = index.join()
    for (;;) {
      const known = this.#entries.get(key)
      if (known !== undefined) {
        known.users++
        this.#entries.delete(key)
        this.#entries.set(key, known)
        return known
      }
      if (this.#entries.size < this.#limit || this.#evict()) return this.#load(key, index)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  #load(key: string, index: readonly number[]): Entry {
    const buffer = this.#spare.pop() ?? new ArrayBuffer(this.#array.tileBytes)
    const entry: Entry = { users: 1, buffer, loaded: this.#read(index, buffer) }
    this.#entries.set(key, entry)
    entry.loaded.then(
      ({ tile }) => {
        if (tile.data.buffer !== buffer) entry.buffer = undefined
      },
      () => {
        // The next one who wants it reads it anew.
        this.#entries.delete(key)
        this.#wake()
      },
    )
    return entry
  }

  async #read(index: readonly number[], into: ArrayBuffer): Promise<BaseTile> {
    const stored = await this.#array.getTile(index, { into })
    if (stored !== undefined) return { tile: stored, isStored: true }
    return { tile: await this.#array.readTile(index, { into }), isStored: false }
  }

  #evict(): boolean {
    for (const [key, { users, buffer }] of this.#entries) {
      if (users > 0) continue
      this.#entries.delete(key)
      if (buffer !== undefined) this.#spare.push(buffer)
      return true
    }
    return false
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
