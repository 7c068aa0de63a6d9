import type { EventSink } from '../events/index.ts'
import type { Tile } from '../kernels/index.ts'
import { type TileRef, tileId } from '../lambdapack/index.ts'
import type { BufferPool } from './buffer-pool.ts'
import type { CachedTile } from './cached-tile.ts'
import type { MatrixBinding } from './contract.ts'
import { ResidentTiles } from './resident-tiles.ts'
import { Room } from './room.ts'
import type { TileIo } from './tile-io.ts'
import { WriteBehind } from './write-behind.ts'

/** A load under way and how many tasks wait for it. */
interface Load {
  readonly done: Promise<CachedTile>
  pins: number
}

/** What pinning a tile cost. */
export interface Pinned {
  readonly entry: CachedTile
  /** Bytes read from the store for it: 0 when it was here or on its way. */
  readonly bytesRead: number
}

/**
 * The tiles of a worker within its memory budget. Least recently used first, an unpinned tile goes when room is needed:
 * at once when it is clean, after a write ("spill") when it is dirty. Reads of one tile at the same time are one read.
 */
export class TileCache {
  readonly #pool: BufferPool
  readonly #room: Room
  readonly #io: TileIo
  readonly #tiles: ResidentTiles
  /** Brings dirty tiles to the store. */
  readonly writes: WriteBehind
  readonly #loads = new Map<string, Load>()

  constructor(options: { readonly pool: BufferPool; readonly io: TileIo; readonly events: EventSink }) {
    this.#pool = options.pool
    this.#tiles = new ResidentTiles(options.pool, () => this.#room.changed())
    this.writes = new WriteBehind({ tiles: this.#tiles, io: options.io, events: options.events })
    this.#room = new Room(options.pool, () => this.#tiles.evict() || (this.writes.spill() ?? false))
    this.#io = options.io
  }

  /** Bytes of tiles that exist here only. */
  get dirtyBytes(): number {
    return this.#tiles.dirtyBytes
  }

  /** Whether the tile is here or on its way. */
  has(id: string): boolean {
    return this.#tiles.get(id) !== undefined || this.#loads.has(id)
  }

  /** A buffer of exactly this size, making room first come first served. @throws what a spill throws */
  acquire(bytes: number): Promise<ArrayBuffer> {
    return this.#room.acquire(bytes)
  }

  /** Gives a buffer back that {@link acquire} handed out. */
  giveBack(buffer: ArrayBuffer): void {
    this.#pool.give(buffer)
    this.#room.changed()
  }

  /** The same without waiting, over the budget if need be. */
  acquireNow(bytes: number): ArrayBuffer {
    return this.#pool.take(bytes) ?? this.#pool.takeAnyway(bytes)
  }

  /** Counts a buffer that came from elsewhere and is about to become a tile. */
  adopt(bytes: number): void {
    this.#pool.adopt(bytes)
  }

  /** Frees a result that will not be inserted. */
  discard(result: { readonly tile: Tile; readonly pooled: boolean }): void {
    this.#tiles.free(result)
  }

  /**
   * Holds a tile in memory, reading it if need be, until {@link unpin}.
   * @param isWritten whether a task of the program writes it
   */
  async pin(ref: TileRef, binding: MatrixBinding, isWritten: () => boolean): Promise<Pinned> {
    const id = tileId(ref)
    const entry = this.#tiles.get(id)
    if (entry !== undefined) {
      this.#tiles.pin(entry)
      return { entry, bytesRead: 0 }
    }
    const load = this.#loads.get(id)
    if (load !== undefined) {
      load.pins++
      return { entry: await load.done, bytesRead: 0 }
    }
    const started: Load = { pins: 1, done: this.#load(id, { ref, binding, isWritten }) }
    this.#loads.set(id, started)
    return { entry: await started.done, bytesRead: binding.array.tileBytes }
  }

  /** Holds a tile that is here. */
  hold(entry: CachedTile): void {
    this.#tiles.hold(entry)
  }

  unpin(entry: CachedTile): void {
    this.#tiles.unpin(entry)
  }

  /**
   * Takes the buffer of a tile that only the caller holds, for an output that needs `bytes` and leading dimension `ld`.
   * The tile leaves the cache. @returns false, and nothing has changed, when the buffer is not free or does not fit
   */
  donate(entry: CachedTile, bytes: number, ld: number): boolean {
    return this.#tiles.donate(entry, bytes, ld)
  }

  /**
   * Puts a result in, unpinned. @param stored whether the store has it too
   * @returns the tile as it is here now: a second run of one task gives the same bits, and then the first result stays;
   * undefined while the same tile is being read
   */
  insert(
    ref: TileRef,
    binding: MatrixBinding,
    result: { readonly tile: Tile; readonly pooled: boolean; readonly stored: boolean },
  ): CachedTile | undefined {
    const id = tileId(ref)
    const { tile, pooled, stored } = result
    const known = this.#tiles.get(id)
    if (known === undefined && !this.#loads.has(id)) {
      const entry = this.#tiles.add({ ref, binding, tile, pooled, pins: 0, state: stored ? 'clean' : 'dirty' })
      this.#room.changed()
      return entry
    }
    if (known !== undefined && stored) this.#tiles.markStored(known)
    this.#tiles.free(result)
    return known
  }

  /** Lets a result go that did not count and was not stored, unless somebody reads it. */
  forsake(entry: CachedTile): void {
    this.#tiles.forsake(entry)
  }

  /** Lets a tile go that nobody will read again. @returns whether the store may hold it */
  drop(id: string): boolean {
    return this.#tiles.drop(id)
  }

  async #load(
    id: string,
    tile: { readonly ref: TileRef; readonly binding: MatrixBinding; readonly isWritten: () => boolean },
  ): Promise<CachedTile> {
    const { ref, binding, isWritten } = tile
    let buffer: ArrayBuffer | undefined
    try {
      buffer = await this.acquire(binding.array.tileBytes)
      const found = await this.#io.read(ref, binding, { into: buffer, isWritten })
      const pooled = found.data.buffer === buffer
      if (!pooled) {
        this.#pool.adopt(found.data.buffer.byteLength)
        this.giveBack(buffer)
      }
      const pins = this.#loads.get(id)?.pins ?? 1
      return this.#tiles.add({ ref, binding, tile: found, pooled, pins, state: 'clean' })
    } catch (error) {
      if (buffer !== undefined) this.giveBack(buffer)
      throw error
    } finally {
      this.#loads.delete(id)
    }
  }
}
