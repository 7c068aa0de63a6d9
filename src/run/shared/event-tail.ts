import { setTimeout as sleep } from 'node:timers/promises'
import { isNumpywrenError } from '../../errors.ts'
import type { EventSink, RunEvent } from '../../events/index.ts'
import type { Store } from '../../storage/index.ts'
import { repeat } from '../../util/index.ts'
import { eventsPrefix } from '../keys.ts'
import { readEvents, type Segment } from '../read-events.ts'

const POLL_MS = 1000
/** Of the time, at most one part in so many goes into listings. */
const SHARE = 10

export interface EventTailOptions {
  readonly store: Store
  readonly runId: string
  /** Whose segments are left out: this process's own. */
  readonly writer: string
  readonly events: EventSink
}

/** Passes on what other processes write down about a run, from now on. */
export class EventTail {
  readonly #options: EventTailOptions
  readonly #seen = new Set<string>()
  readonly #stop = new AbortController()
  #reading: Promise<void> = Promise.resolve()
  #following: Promise<void> = Promise.resolve()

  constructor(options: EventTailOptions) {
    this.#options = options
  }

  /** Leaves out all that there is, and begins. */
  async start(): Promise<void> {
    for (const { key } of await this.#newSegments()) this.#seen.add(key)
    this.#following = this.#follow()
  }

  /** Reads what there is now. A store that fails is asked again at the next turn. */
  read(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#readNew()).catch(() => undefined)
    return this.#reading
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#following
    await this.#reading
  }

  async #follow(): Promise<void> {
    await repeat(POLL_MS, this.#stop.signal, async () => {
      const began = performance.now()
      await this.read()
      const longer = (performance.now() - began) * SHARE - POLL_MS
      if (longer > 0) await sleep(longer, undefined, { signal: this.#stop.signal })
    })
  }

  async #readNew(): Promise<void> {
    const { store, events } = this.#options
    for (const segment of await this.#newSegments()) {
      const found = await readSegment(store, segment)
      this.#seen.add(segment.key)
      for (const event of found) events.emit(event)
    }
  }

  async #newSegments(): Promise<Segment[]> {
    const { store, runId, writer } = this.#options
    const prefix = eventsPrefix(runId)
    const segments: Segment[] = []
    for await (const segment of store.list(prefix)) {
      const { key } = segment
      if (!this.#seen.has(key) && !key.startsWith(`${prefix}${writer}-`)) segments.push(segment)
    }
    return segments.sort((a, b) => (a.key < b.key ? -1 : 1))
  }
}

/** Nothing for a segment that is damaged: whoever reports on the whole run says so, and others tell more. */
async function readSegment(store: Store, segment: Segment): Promise<readonly RunEvent[]> {
  try {
    return await readEvents(store, segment)
  } catch (error) {
    if (isNumpywrenError(error, 'EventFormatError')) return []
    throw error
  }
}
