import type { EventSink } from '../events/index.ts'
import type { Tile } from '../kernels/index.ts'
import { type TileRef, tileId } from '../lambdapack/index.ts'
import type { BufferPool } from './buffer-pool.ts'
import type { CachedTile } from './cached-tile.ts'
import type { MatrixBinding } from './contract.ts'
import { Room } from './room.ts'
import type { TileIo } from './tile-io.ts'
import { now } from './time.ts'

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
  readonly #events: EventSink
  /** In order of use, least recent first. */
  readonly #tiles = new Map<string, CachedTile>()
  readonly #loads = new Map<string, Load>()
  /** Intermediate tiles known to lie in the store. */
  readonly #stored = new Set<string>()
  #dirtyBytes = 0

  constructor(options: { readonly pool: BufferPool; readonly io: TileIo; readonly events: EventSink }) {
    this.#pool = options.pool
    this.#room = new Room(options.pool, () => this.#evictClean() || (this.#spill() ?? false))
    this.#io = options.io
    this.#events = options.events
  }

  /** Bytes of tiles that exist here only. */
  get dirtyBytes(): number {
    return this.#dirtyBytes
  }

  has(id: string): boolean {
    return this.#tiles.has(id)
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
    this.#freeBuffer(result)
    this.#room.changed()
  }

  /** Holds a tile in memory, reading it if need be, until {@link unpin}. */
  async pin(ref: TileRef, binding: MatrixBinding): Promise<Pinned> {
    const id = tileId(ref)
    const entry = this.#tiles.get(id)
    if (entry !== undefined) {
      entry.pins++
      this.#tiles.delete(id)
      this.#tiles.set(id, entry)
      return { entry, bytesRead: 0 }
    }
    const load = this.#loads.get(id)
    if (load !== undefined) {
      load.pins++
      return { entry: await load.done, bytesRead: 0 }
    }
    const started: Load = { pins: 1, done: this.#load(id, ref, binding) }
    this.#loads.set(id, started)
    return { entry: await started.done, bytesRead: binding.array.tileBytes }
  }

  unpin(entry: CachedTile): void {
    entry.pins--
    if (entry.pins > 0) return
    if (entry.dead) this.#remove(entry)
    this.#room.changed()
  }

  /**
   * Takes the buffer of a tile that only the caller holds, for an output that needs `bytes` and leading dimension `ld`.
   * The tile leaves the cache. @returns false, and nothing has changed, when the buffer is not free or does not fit
   */
  donate(entry: CachedTile, bytes: number, ld: number): boolean {
    const { pins, pooled, writing, tile } = entry
    if (pins !== 1 || !pooled || writing !== undefined || this.#tiles.get(entry.id) !== entry) return false
    if (tile.data.buffer.byteLength !== bytes || tile.ld !== ld) return false
    this.#forget(entry)
    return true
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
    const entry: CachedTile = {
      id,
      ref,
      binding,
      tile,
      pooled,
      pins: 0,
      state: stored ? 'clean' : 'dirty',
      writing: undefined,
      dead: false,
    }
    if (stored && binding.role === 'intermediate') this.#stored.add(id)
    if (this.#tiles.has(id) || this.#loads.has(id)) this.#freeBuffer(entry)
    else {
      this.#tiles.set(id, entry)
      if (!stored) this.#dirtyBytes += tile.data.buffer.byteLength
    }
    this.#room.changed()
    return this.#tiles.get(id)
  }

  /** Writes a dirty tile behind whoever reads it meanwhile. Resolves when the store has it. @throws what the store throws */
  async store(entry: CachedTile): Promise<void> {
    if (entry.state === 'clean') return
    entry.writing ??= this.#write(entry)
    await entry.writing
  }

  /** Lets a tile go that nobody will read again. @returns whether the store may hold it */
  drop(id: string): boolean {
    const entry = this.#tiles.get(id)
    if (entry !== undefined) {
      entry.dead = true
      if (entry.pins === 0 && entry.writing === undefined) this.#remove(entry)
    }
    const spilling = entry?.writing !== undefined
    return this.#stored.delete(id) || spilling
  }

  /** Resolves when no write of this tile is under way. */
  async settled(id: string): Promise<void> {
    await this.#tiles.get(id)?.writing?.catch(() => undefined)
  }

  async #load(id: string, ref: TileRef, binding: MatrixBinding): Promise<CachedTile> {
    const bytes = binding.array.tileBytes
    let buffer: ArrayBuffer | undefined
    try {
      buffer = await this.acquire(bytes)
      const tile = await this.#io.read(ref, binding, buffer)
      const pooled = tile.data.buffer === buffer
      if (!pooled) {
        this.#pool.adopt(tile.data.buffer.byteLength)
        this.giveBack(buffer)
      }
      if (binding.role === 'intermediate') this.#stored.add(id)
      const pins = this.#loads.get(id)?.pins ?? 1
      const entry: CachedTile = {
        id,
        ref,
        binding,
        tile,
        pooled,
        pins,
        state: 'clean',
        writing: undefined,
        dead: false,
      }
      this.#tiles.set(id, entry)
      return entry
    } catch (error) {
      if (buffer !== undefined) this.giveBack(buffer)
      throw error
    } finally {
      this.#loads.delete(id)
    }
  }

  #evictClean(): boolean {
    for (const entry of this.#tiles.values()) {
      if (entry.pins > 0 || entry.state === 'dirty' || entry.writing !== undefined) continue
      this.#remove(entry)
      return true
    }
    return false
  }

  /** Writes the least recently used dirty tile; when it is still unpinned afterwards it is clean and can go. */
  #spill(): Promise<void> | undefined {
    for (const entry of this.#tiles.values()) {
      if (entry.pins > 0 || entry.state === 'clean') continue
      entry.writing ??= this.#write(entry).then(() => {
        const bytes = entry.binding.array.tileBytes
        this.#events.emit({ type: 'tile', what: 'spilled', tile: entry.id, bytes, at: now() })
      })
      return entry.writing
    }
    return undefined
  }

  async #write(entry: CachedTile): Promise<void> {
    try {
      await this.#io.write(entry.ref, entry.binding, entry.tile)
      entry.state = 'clean'
      this.#dirtyBytes -= entry.tile.data.buffer.byteLength
      if (entry.binding.role === 'intermediate' && !entry.dead) this.#stored.add(entry.id)
    } finally {
      entry.writing = undefined
      if (entry.dead && entry.pins === 0) this.#remove(entry)
    }
  }

  #remove(entry: CachedTile): void {
    if (this.#tiles.get(entry.id) !== entry) return
    this.#forget(entry)
    this.#freeBuffer(entry)
    this.#room.changed()
  }

  #forget(entry: CachedTile): void {
    this.#tiles.delete(entry.id)
    if (entry.state === 'dirty') this.#dirtyBytes -= entry.tile.data.buffer.byteLength
  }

  #freeBuffer({ pooled, tile }: { readonly tile: Tile; readonly pooled: boolean }): void {
    if (pooled) this.#pool.give(tile.data.buffer as ArrayBuffer)
    else this.#pool.forget(tile.data.buffer.byteLength)
  }
}
