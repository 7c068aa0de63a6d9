import type { Tile } from '../kernels/index.ts'
import { type TileRef, tileId } from '../lambdapack/index.ts'
import type { BufferPool } from './buffer-pool.ts'
import type { CachedTile } from './cached-tile.ts'
import type { MatrixBinding } from './contract.ts'

/** A tile on its way into memory. */
export interface NewTile {
  readonly ref: TileRef
  readonly binding: MatrixBinding
  readonly tile: Tile
  readonly pooled: boolean
  readonly pins: number
  readonly state: CachedTile['state']
}

/** The tiles that are in memory, in order of their use, with what is known of their copies in the store. It reads and writes nothing. */
export class ResidentTiles {
  readonly #pool: BufferPool
  readonly #onRoom: () => void
  /** Least recently used first. */
  readonly #tiles = new Map<string, CachedTile>()
  /** Tiles that were used up by the task that read them last and never came to the store. */
  readonly #usedUp = new Set<string>()
  #dirtyBytes = 0

  /** @param onRoom told when a buffer came back or a tile may go now */
  constructor(pool: BufferPool, onRoom: () => void) {
    this.#pool = pool
    this.#onRoom = onRoom
  }

  /** Bytes of tiles that exist here only. */
  get dirtyBytes(): number {
    return this.#dirtyBytes
  }

  get(id: string): CachedTile | undefined {
    return this.#tiles.get(id)
  }

  hold(entry: CachedTile): void {
    entry.pins++
  }

  /** Holds a tile, which is now the most recently used. */
  pin(entry: CachedTile): void {
    this.hold(entry)
    this.#tiles.delete(entry.id)
    this.#tiles.set(entry.id, entry)
  }

  unpin(entry: CachedTile): void {
    entry.pins--
    if (entry.pins > 0) return
    if (entry.dead) this.remove(entry)
    this.#onRoom()
  }

  add(arrival: NewTile): CachedTile {
    const id = tileId(arrival.ref)
    const entry: CachedTile = { id, ...arrival, writing: undefined, dead: false }
    this.#tiles.set(id, entry)
    this.#usedUp.delete(id)
    if (entry.state === 'dirty') this.#dirtyBytes += entry.tile.data.buffer.byteLength
    return entry
  }

  /** Notes that the store has the tile. */
  markStored(entry: CachedTile): void {
    if (entry.state === 'dirty') this.#dirtyBytes -= entry.tile.data.buffer.byteLength
    entry.state = 'clean'
  }

  /**
   * Takes the buffer of a tile that only the caller holds, for an output that needs `bytes` and leading dimension `ld`.
   * The tile leaves the memory. @returns false, and nothing has changed, when the buffer is not free or does not fit
   */
  donate(entry: CachedTile, bytes: number, ld: number): boolean {
    const { pins, pooled, writing, tile } = entry
    if (pins !== 1 || !pooled || writing !== undefined || this.#tiles.get(entry.id) !== entry) return false
    if (tile.data.buffer.byteLength !== bytes || tile.ld !== ld) return false
    if (entry.state === 'dirty') this.#usedUp.add(entry.id)
    this.#forget(entry)
    return true
  }

  /** Lets a tile go that nobody will read again. @returns whether the store may hold it: what is not here was evicted, and so stored, unless it was used up */
  drop(id: string): boolean {
    const entry = this.#tiles.get(id)
    if (entry === undefined) return !this.#usedUp.delete(id)
    const maybeStored = entry.state === 'clean' || entry.writing !== undefined
    entry.dead = true
    if (entry.pins === 0 && entry.writing === undefined) this.remove(entry)
    return maybeStored
  }

  /** Lets a result go that did not count and was not stored, unless somebody reads it. */
  forsake(entry: CachedTile): void {
    if (entry.state === 'dirty' && entry.pins === 0 && entry.writing === undefined) this.remove(entry)
  }

  /** Lets the least recently used tile go that nobody holds and the store has. @returns false when there is none */
  evict(): boolean {
    for (const entry of this.#tiles.values()) {
      if (entry.pins > 0 || entry.state === 'dirty' || entry.writing !== undefined) continue
      this.remove(entry)
      return true
    }
    return false
  }

  /** The least recently used tile that nobody holds and that is nowhere else. */
  oldestDirty(): CachedTile | undefined {
    for (const entry of this.#tiles.values()) if (entry.pins === 0 && entry.state === 'dirty') return entry
    return undefined
  }

  /** A tile leaves, unless it has already. */
  remove(entry: CachedTile): void {
    if (this.#tiles.get(entry.id) !== entry) return
    this.#forget(entry)
    this.free(entry)
  }

  /** Gives the memory of a tile back that is not resident. */
  free({ pooled, tile }: { readonly tile: Tile; readonly pooled: boolean }): void {
    if (pooled) this.#pool.give(tile.data.buffer as ArrayBuffer)
    else this.#pool.forget(tile.data.buffer.byteLength)
    this.#onRoom()
  }

  #forget(entry: CachedTile): void {
    this.#tiles.delete(entry.id)
    if (entry.state === 'dirty') this.#dirtyBytes -= entry.tile.data.buffer.byteLength
  }
}
