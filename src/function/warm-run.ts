import { InputError } from '../errors.ts'
import type { EventSink, RunEvent } from '../events/index.ts'
import { kernelRegistry, setComputeThreads } from '../kernels/index.ts'
import { isShipped } from '../linalg/index.ts'
import { heldBytes, openRecorded, type RecordedRun } from '../run/index.ts'
import type { BatchCoordinator } from '../scheduler/index.ts'
import { openStore, type Store } from '../storage/index.ts'
import { createWorker, createWorkerMemory, type WorkerMemory } from '../worker/index.ts'

/** Connections that nobody used for so long are taken for dead: the process may have been frozen meanwhile. */
const STALE_MS = 5000
/** Of the time for a batch, this part is kept for storing what is computed. */
const STORE_SHARE = 0.2
const LEAST_STORE_MS = 200
const MOST_STORE_MS = 2000
/** A process that is asked to end is killed 10 s later: then its answer is out, whatever still computes. */
const END_MS = 8000

/** Which plan of which run, and what this process gives to it. */
export interface WarmRunKey {
  readonly store: string
  readonly run: string
  readonly round: string
  readonly checkFinite: boolean | undefined
  readonly slots: number
  readonly memoryBytes: number
}

interface Connected {
  readonly store: Store
  readonly recorded: RecordedRun
}

/** How one batch is worked on. */
export interface BatchWork {
  /** Names the worker in events. */
  readonly worker: string
  readonly coordinator: BatchCoordinator
  /** Epoch milliseconds at which the work must be over. */
  readonly deadlineMs: number | undefined
  /** Raised to give back what does not compute yet. */
  readonly signal: AbortSignal
}

/**
 * What a process keeps of a run from one invocation to the next: its program, its arrays, and tiles that were read or written. It counts
 * for one plan of the run: another plan may have made a tile anew.
 */
export class WarmRun {
  readonly #key: WarmRunKey
  readonly #events = new Redirected()
  #memory: WorkerMemory | undefined
  #connected: Connected | undefined
  #usedAt = 0

  constructor(key: WarmRunKey) {
    this.#key = key
  }

  matches(key: WarmRunKey): boolean {
    return JSON.stringify(key) === JSON.stringify(this.#key)
  }

  /**
   * Works on a batch until everything in it is done, has failed or is given back.
   * @returns what happened. @throws what keeps this process from the run as a whole, as `openRecorded` does
   */
  async work({ worker: id, coordinator, deadlineMs, signal }: BatchWork): Promise<readonly RunEvent[]> {
    const { slots, memoryBytes } = this.#key
    const { recorded } = await this.#connect()
    const { manifest, program, arrays } = recorded
    const { matrices } = arrays
    const checkFinite = this.#key.checkFinite ?? manifest.options.checkFinite
    const tileBytes = memoryBytes - heldBytes(matrices)
    const events: RunEvent[] = []
    this.#events.target = events
    this.#memory ??= createWorkerMemory({ memoryBytes: tileBytes, events: this.#events, checkFinite })
    setComputeThreads(slots)
    const worker = createWorker({
      id,
      coordinator,
      program,
      kernels: kernelRegistry,
      matrices,
      slots,
      memoryBytes: tileBytes,
      memory: this.#memory,
      durability: 'full',
      sharesMemory: false,
      events: this.#events,
      checkFinite,
      deadlineMs,
      deadlineMarginMs: storeMs(deadlineMs),
      signal,
    })
    try {
      await endsWithin(END_MS, signal, worker.run())
    } finally {
      this.#usedAt = Date.now()
    }
    return events
  }

  async close(): Promise<void> {
    this.#memory?.pool.close()
    this.#memory = undefined
    await this.#disconnect()
  }

  async #connect(): Promise<Connected> {
    if (this.#connected !== undefined && Date.now() - this.#usedAt <= STALE_MS) return this.#connected
    await this.#disconnect()
    const { store: url, run, slots, memoryBytes } = this.#key
    const store = openStore(url)
    try {
      if (store.url.startsWith('memory://')) throw new InputError(`${store.url} is in the memory of another process`)
      const recorded = await openRecorded(run, { store, kernels: kernelRegistry, isShipped, slots, memoryBytes })
      this.#connected = { store, recorded }
      return this.#connected
    } catch (error) {
      await store.close()
      throw error
    }
  }

  async #disconnect(): Promise<void> {
    const connected = this.#connected
    this.#connected = undefined
    await connected?.recorded.arrays.close()
    await connected?.store.close()
  }
}

function storeMs(deadlineMs: number = Number.POSITIVE_INFINITY): number {
  return Math.min(MOST_STORE_MS, Math.max(LEAST_STORE_MS, (deadlineMs - Date.now()) * STORE_SHARE))
}

/** Waits for some work; once the signal is raised, not for longer than `ms` more. */
async function endsWithin(ms: number, signal: AbortSignal, work: Promise<void>): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>()
  let timer: NodeJS.Timeout | undefined
  const end = (): void => {
    timer = setTimeout(resolve, ms)
  }
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
  try {
    await Promise.race([work, over])
  } finally {
    signal.removeEventListener('abort', end)
    clearTimeout(timer)
  }
}

/** Where events go that come from what outlives an invocation. */
class Redirected implements EventSink {
  target: RunEvent[] = []

  emit(event: RunEvent): void {
    this.target.push(event)
  }
}
