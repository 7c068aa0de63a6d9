import type { EventSink, RunFinished } from '../events/index.ts'
import { EventStream, type RunEvent, type RunStatistics, RunTotals, SegmentSink } from '../events/index.ts'
import { addCosts, type CostItem, type Provider, storeCosts, totalOf } from '../providers/index.ts'
import type { Store } from '../storage/index.ts'
import type { Conduct } from './conduct.ts'
import { now } from './driver.ts'
import { eventsPrefix } from './keys.ts'
import { endStateOf } from './run-end.ts'

/** What a run took, and what it would be paid. */
export interface RunSummary extends RunStatistics {
  readonly runId: string
  /** US dollars, by list prices without free tiers; 0 on this machine. */
  readonly estimatedMoney: number
  /** The same by item. */
  readonly costs: readonly CostItem[]
  /** The address of the stand-in that did the work: its figures, and what they would cost, are not those of the cloud. */
  readonly emulatedBy?: string
}

export interface RunParts {
  readonly id: string
  /** Keeps the run. */
  readonly store: Store
  readonly provider: Provider
  /** Names this process's segments of events, where several processes write them. */
  readonly writer?: string | undefined
  /** @param events is stored and shown @param elsewhere is shown: other processes have stored it */
  readonly conduct: (events: EventSink, elsewhere: EventSink) => Conduct
}

/** Work under way: a run, or a procedure of several. Iterating gives its events from now on. */
export interface RunHandle extends AsyncIterable<RunEvent> {
  readonly id: string
  /** URL of the store that keeps it. */
  readonly storeUrl: string
  /** Ends it; what is stored stays, so that it can be resumed. */
  cancel(): Promise<void>
  /** Settles with the summary, or the error that ended it. */
  wait(): Promise<RunSummary>
}

/**
 * A run under way. Iterating it gives its events from now on; `wait()` settles with the summary or the error that ended it.
 * @example
 * ```ts
 * const run = await startRun({ ... })
 * for await (const event of run) show(event)
 * const { tasks, wallSeconds } = await run.wait()
 * ```
 */
export class Run implements RunHandle {
  readonly id: string
  /** URL of the store that keeps the run. */
  readonly storeUrl: string
  readonly #stream = new EventStream()
  readonly #totals = new RunTotals()
  readonly #segments: SegmentSink
  readonly #conduct: Conduct
  readonly #store: Store
  readonly #provider: Provider
  readonly #ending: Promise<RunSummary>

  constructor({ id, store, provider, writer, conduct }: RunParts) {
    this.id = id
    this.storeUrl = store.url
    this.#store = store
    this.#provider = provider
    this.#segments = new SegmentSink({
      put: (name, bytes) => store.put(`${eventsPrefix(id)}${name}`, bytes, { ifAbsent: true }),
      ...(writer === undefined ? {} : { writer }),
    })
    this.#conduct = conduct({ emit: (event) => this.#emit(event) }, { emit: (event) => this.#show(event) })
    this.#ending = this.#carryOut()
    // Whoever waits gets the error; nobody waiting is no reason to end the process.
    this.#ending.catch(() => undefined)
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent, undefined> {
    return this.#stream[Symbol.asyncIterator]()
  }

  /** Ends the run; what is stored stays, so that it can be resumed. Resolves when it has ended. */
  async cancel(): Promise<void> {
    await this.#conduct.cancel()
    await this.#ending.catch(() => undefined)
  }

  /** @throws TaskError, CancelledError, InterruptedError; RunFailedError for what the store or a worker failed with */
  wait(): Promise<RunSummary> {
    return this.#ending
  }

  async #carryOut(): Promise<RunSummary> {
    try {
      const failure = await this.#conduct.carryOut()
      this.#emit(failure === undefined ? { type: 'run-finished', at: now(), state: 'done' } : finishedBy(failure))
      const isStored = await this.#segments.close().then(
        () => true,
        () => false,
      )
      await this.#conduct.record(failure, isStored)
      if (failure !== undefined) throw failure
      return await this.#summary()
    } finally {
      this.#stream.close()
      await this.#conduct.close()
    }
  }

  #emit(event: RunEvent): void {
    this.#show(event)
    this.#segments.emit(event)
  }

  #show(event: RunEvent): void {
    this.#totals.add(event)
    this.#stream.emit(event)
  }

  async #summary(): Promise<RunSummary> {
    const statistics = this.#totals.statistics()
    const place = await this.#store.location?.().catch(() => undefined)
    const isPriced = place !== undefined && place.standIn === undefined
    const costs = addCosts(
      this.#provider.costsOf(statistics),
      isPriced ? storeCosts(place.cloud, statistics).filter(({ quantity }) => quantity > 0) : [],
    )
    const { emulatedBy } = this.#provider
    const stand = emulatedBy === undefined ? {} : { emulatedBy }
    return { ...statistics, runId: this.id, estimatedMoney: totalOf(costs), costs, ...stand }
  }
}

function finishedBy(failure: Error): RunFinished {
  const state = endStateOf(failure)
  return { type: 'run-finished', at: now(), state, message: failure.message }
}
