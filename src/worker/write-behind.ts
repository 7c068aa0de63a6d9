import type { EventSink } from '../events/index.ts'
import type { CachedTile } from './cached-tile.ts'
import type { ResidentTiles } from './resident-tiles.ts'
import type { TileIo } from './tile-io.ts'
import { now } from './time.ts'

/** Writes of tiles in memory to the store, one of each tile at a time, behind whoever reads the tile meanwhile. */
export class WriteBehind {
  readonly #tiles: ResidentTiles
  readonly #io: TileIo
  readonly #events: EventSink

  constructor(options: { readonly tiles: ResidentTiles; readonly io: TileIo; readonly events: EventSink }) {
    this.#tiles = options.tiles
    this.#io = options.io
    this.#events = options.events
  }

  /**
   * Resolves when the store has the tile.
   * @param mayStill asked before each attempt; what it throws ends the write
   * @throws what the store throws
   */
  async store(entry: CachedTile, mayStill?: () => Promise<void>): Promise<void> {
    if (entry.state === 'clean') return
    entry.writing ??= this.#write(entry, mayStill)
    await entry.writing
  }

  /** The same for a tile that may be here and nowhere else. */
  async storeIfDirty(id: string, mayStill: () => Promise<void>): Promise<void> {
    const entry = this.#tiles.get(id)
    if (entry === undefined || entry.state === 'clean') return
    this.#tiles.hold(entry)
    try {
      await this.store(entry, mayStill)
    } finally {
      this.#tiles.unpin(entry)
    }
  }

  /** Writes the least recently used dirty tile; when it is still unpinned afterwards it is clean and can go. */
  spill(): Promise<void> | undefined {
    const entry = this.#tiles.oldestDirty()
    if (entry === undefined) return undefined
    entry.writing ??= this.#write(entry).then(() => {
      const bytes = entry.binding.array.tileBytes
      this.#events.emit({ type: 'tile', what: 'spilled', tile: entry.id, bytes, at: now() })
    })
    return entry.writing
  }

  /** Resolves when no write of this tile is under way. */
  async settled(id: string): Promise<void> {
    await this.#tiles.get(id)?.writing?.catch(() => undefined)
  }

  async #write(entry: CachedTile, mayStill?: () => Promise<void>): Promise<void> {
    try {
      await this.#io.write(entry.ref, entry.binding, entry.tile, mayStill)
      this.#tiles.markStored(entry)
    } finally {
      entry.writing = undefined
      if (entry.dead && entry.pins === 0) this.#tiles.remove(entry)
    }
  }
}
