import { type Task, type TileRead, type TileRef, tileId } from '../lambdapack/index.ts'
import type { WorkerOptions } from './contract.ts'
import { now } from './time.ts'
import type { WorkerMemory } from './worker-memory.ts'

/** Which tiles are in a worker's memory, and how those leave that nobody will read again. */
export class Residence {
  readonly #options: WorkerOptions
  readonly #memory: WorkerMemory

  constructor(options: WorkerOptions, memory: WorkerMemory) {
    this.#options = options
    this.#memory = memory
  }

  /**
   * True when this worker should take the task next: every operand is in memory. When memory fills with
   * tiles that are nowhere else, they alone decide: using them up spares spilling, and the others can be read again.
   */
  isHere(task: Task): boolean {
    return this.areHere(this.#options.program.detail(task).reads)
  }

  /** The same for a task's reads. */
  areHere(reads: readonly TileRead[]): boolean {
    const { matrices } = this.#options
    const { cache, memoryBytes } = this.#memory
    const isShort = cache.dirtyBytes > memoryBytes / 2
    return reads.every(
      (read) =>
        read.absent || cache.has(tileId(read)) || (isShort && matrices.get(read.matrix)?.role !== 'intermediate'),
    )
  }

  /**
   * A tile nobody will read again leaves the memory and, where it lies there, the store.
   * @param mayStill whether this worker still knows that; a plan made meanwhile may have use for the tile
   */
  async bury(tile: TileRef, mayStill: () => boolean): Promise<void> {
    const binding = this.#options.matrices.get(tile.matrix)
    if (binding === undefined) return
    const id = tileId(tile)
    const maybeStored = this.#memory.cache.drop(id) || this.#options.durability === 'full'
    const bytes = binding.array.tileBytes
    this.#options.events.emit({ type: 'tile', what: 'dropped', tile: id, bytes, at: now() })
    if (!maybeStored) return
    await this.#memory.cache.writes.settled(id)
    try {
      await this.#memory.io.remove(tile, binding, mayStill)
    } catch {
      // Left-overs cost space and nothing else; the collection of old runs takes them.
    }
  }
}
