import { type TileRef, tileId } from '../lambdapack/index.ts'
import type { CachedTile } from './cached-tile.ts'
import type { Outputs } from './outputs.ts'
import type { BoundTile, TaskRun, TaskSurroundings } from './task-run.ts'
import { elapsed, now } from './time.ts'

interface UnstoredResult {
  readonly entry: CachedTile
  readonly write: BoundTile
  /** False when an earlier run of the task left it. */
  readonly isOwn: boolean
}

/** Waits for all, then throws the first failure. */
async function settle(promises: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(promises)) if (result.status === 'rejected') throw result.reason
}

/**
 * The results of a task on their way into the cache and the store, as the durability wants it:
 * - `full`: all of them are stored before anybody may read them;
 * - `outputs` in a shared memory: those of outputs are written behind the tasks that read them;
 * - `outputs` in a memory of the worker's own: those of outputs are stored first, the others stay here until the coordinator tells which must be.
 */
export class TaskResults {
  readonly #run: TaskRun
  readonly #surroundings: TaskSurroundings
  readonly #writing: Promise<void>[] = []
  /** Results that are in this memory only, held until the task is completed. */
  readonly #unstored: UnstoredResult[] = []

  constructor(run: TaskRun, surroundings: TaskSurroundings) {
    this.#run = run
    this.#surroundings = surroundings
  }

  /** Stores what must be stored before anybody may read it. @throws LeaseLostError, or what the store throws */
  async storeFirst({ tiles }: Outputs): Promise<void> {
    const mayStill = (): Promise<void> => this.#run.mustHold()
    const writes = this.#run.writes.flatMap((write, i) =>
      this.#isStoredFirst(write)
        ? [this.#count(this.#surroundings.io.write(write.ref, write.binding, tiles[i]!.tile, mayStill), write)]
        : [],
    )
    if (writes.length > 0) await settle(writes)
  }

  /** Puts the results into the cache, after {@link storeFirst}, and starts the writes behind. */
  enter({ tiles }: Outputs): void {
    const { cache, sharesMemory } = this.#surroundings
    for (const [i, write] of this.#run.writes.entries()) {
      const { tile, pooled } = tiles[i]!
      const stored = this.#isStoredFirst(write)
      const entry = cache.insert(write.ref, write.binding, { tile, pooled, stored })
      if (entry === undefined || stored) continue
      if (!sharesMemory) {
        cache.hold(entry)
        this.#unstored.push({ entry, write, isOwn: entry.tile === tile })
      } else if (write.binding.role === 'output') {
        const writing = this.#count(cache.writes.store(entry), write)
        // Whoever waits for `stored` gets the failure.
        writing.catch(() => undefined)
        this.#writing.push(writing)
      }
    }
  }

  /** Results that are in this memory only, and of which the coordinator says whether they may stay so. */
  unstored(): readonly TileRef[] {
    return this.#unstored.filter(({ entry }) => entry.state === 'dirty').map(({ write }) => write.ref)
  }

  /** Stores the {@link unstored} results that are named. @throws LeaseLostError, or what the store throws */
  async store(tiles: readonly TileRef[]): Promise<void> {
    const named = new Set(tiles.map(tileId))
    const mayStill = (): Promise<void> => this.#run.mustHold()
    await settle(
      this.#unstored
        .filter(({ entry }) => named.has(entry.id))
        .map(({ entry, write }) => this.#count(this.#surroundings.cache.writes.store(entry, mayStill), write)),
    )
  }

  /** Resolves when every result that has to lie in the store does. @throws what the store throws */
  async stored(): Promise<void> {
    await settle(this.#writing)
  }

  /** Lets go of the results. Those that did not count and are stored nowhere leave the cache: nobody will ask for them. */
  release({ counted }: { readonly counted: boolean }): void {
    const { cache } = this.#surroundings
    for (const { entry, isOwn } of this.#unstored.splice(0)) {
      cache.unpin(entry)
      if (!counted && isOwn) cache.forsake(entry)
    }
  }

  /** A result with more readers than this worker takes on would have to be stored before they are done in any case. */
  #isStoredFirst({ ref, binding }: BoundTile): boolean {
    const { durability, sharesMemory, program, width } = this.#surroundings
    if (durability === 'full') return true
    return !sharesMemory && (binding.role === 'output' || program.readersOf(ref).length > width)
  }

  async #count(writing: Promise<void>, { binding }: BoundTile): Promise<void> {
    const from = now()
    await writing
    const { measures } = this.#run
    measures.writeMs.push(elapsed(from))
    measures.bytesWritten += binding.array.tileBytes
    measures.requests++
    measures.writeRequests++
  }
}
