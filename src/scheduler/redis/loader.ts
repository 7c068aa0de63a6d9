import { CoordinatorLostError } from '../errors.ts'
import type { RedisConnection } from './connection.ts'
import type { RunName } from './contract.ts'
import { epochKeys, wakeChannel } from './keys.ts'
import type { TaskFacts } from './task-facts.ts'

/** Starters in one call: some milliseconds of the server's time. */
const BATCH = 1000
/** Loading that has not come forward for so long is taken over. */
const STALE_MS = 5000

/** Puts the starters of an epoch into the queue, a part at a time; goes on where another client stopped. */
export class Loader {
  readonly #options: { readonly connection: RedisConnection; readonly run: RunName; readonly epoch: string }
  readonly #facts: TaskFacts
  readonly #stop = new AbortController()
  #running: Promise<void> | undefined
  #seen = ''
  #seenAt = 0

  constructor(
    options: { readonly connection: RedisConnection; readonly run: RunName; readonly epoch: string },
    facts: TaskFacts,
  ) {
    this.#options = options
    this.#facts = facts
  }

  /** Hears how far loading is (starters that are there, or `all`), and takes it over when nobody goes on. */
  watch(loaded: string): void {
    if (loaded === 'all' || this.#running !== undefined) return
    const now = performance.now()
    if (loaded !== this.#seen) {
      this.#seen = loaded
      this.#seenAt = now
    } else if (now - this.#seenAt > STALE_MS) void this.load(Number(loaded)).catch(() => undefined)
  }

  /** Loads what comes after the first `from` starters. @returns when the first part is there; the others follow in the background */
  async load(from: number): Promise<void> {
    const parts = this.#parts(from)
    const first = await parts.next()
    if (first.done) return
    this.#running = (async () => {
      for await (const _ of parts);
    })()
      // Whoever has the next turn hears the reason, and that loading stands still.
      .catch(() => undefined)
      .finally(() => {
        this.#running = undefined
        this.#seen = ''
      })
  }

  async close(): Promise<void> {
    this.#stop.abort(new CoordinatorLostError(this.#options.run.runId, this.#options.epoch, 'this client was closed'))
    await this.#running
  }

  /** Sends part after part; each step gives the number of starters that are there. */
  async *#parts(from: number): AsyncGenerator<number, void> {
    let at = 0
    let there = from
    let batch: string[] = []
    for (const task of this.#facts.starters()) {
      if (at++ < from) continue
      if (batch.length === 2 * BATCH) {
        const loaded = await this.#send(there, batch, false)
        // Another client goes on with it, or nothing is to be loaded any more.
        if (loaded !== String(there + BATCH)) return
        there += BATCH
        batch = []
        yield there
      }
      batch.push(this.#facts.score(task), this.#facts.member(task))
    }
    await this.#send(there, batch, true)
  }

  async #send(there: number, batch: readonly string[], isLast: boolean): Promise<string> {
    const { connection, run, epoch } = this.#options
    const args = [wakeChannel(run), epoch, there, JSON.stringify(batch), isLast ? '1' : '0']
    return String(await connection.call((client) => client.npwLoad(...epochKeys(run), ...args), this.#stop.signal))
  }
}
