import pLimit from 'p-limit'
import type { EventSink } from '../../events/index.ts'
import { type TileRef, tileId } from '../../lambdapack/index.ts'
import type { BoundMatrix } from '../provider.ts'

const CONCURRENCY = 16

/** Removes tiles of intermediates that nobody will read again: functions come and go, and none of them knows. */
export class DeadTiles {
  readonly #matrices: ReadonlyMap<string, BoundMatrix>
  readonly #events: EventSink
  readonly #limit = pLimit(CONCURRENCY)
  readonly #removing = new Set<Promise<void>>()

  constructor(matrices: ReadonlyMap<string, BoundMatrix>, events: EventSink) {
    this.#matrices = matrices
    this.#events = events
  }

  bury(tiles: readonly TileRef[]): void {
    for (const tile of tiles) {
      const array = this.#matrices.get(tile.matrix)?.array
      if (array === undefined) continue
      const at = performance.timeOrigin + performance.now()
      this.#events.emit({ type: 'tile', what: 'dropped', tile: tileId(tile), bytes: array.tileBytes, at })
      // Left-overs cost space and nothing else; the collection of old runs takes them.
      const removing: Promise<void> = this.#limit(() => array.deleteTile(tile.index))
        .catch(() => undefined)
        .finally(() => this.#removing.delete(removing))
      this.#removing.add(removing)
    }
  }

  /** Resolves when all are gone. */
  async settled(): Promise<void> {
    await Promise.all(this.#removing)
  }
}
