import { isNumpywrenError } from '../errors.ts'
import type { RunFinished } from '../events/index.ts'
import { EventStream, fanOut, type RunEvent, type RunStatistics, RunTotals, SegmentSink } from '../events/index.ts'
import type { Provider } from '../providers/index.ts'
import { Driver, type DriverOptions, now } from './driver.ts'
import { InterruptedError, RunFailedError } from './errors.ts'
import { eventsPrefix } from './keys.ts'
import { endStateOf, RunEnd } from './run-end.ts'

/** What a run took, and what it would be paid. */
export interface RunSummary extends RunStatistics {
  readonly runId: string
  /** US dollars, by the provider's prices; 0 on this machine. */
  readonly estimatedMoney: number
}

export type RunParts = Omit<DriverOptions, 'events' | 'signal'> & { readonly signal?: AbortSignal | undefined }

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
  readonly #driver: Driver
  readonly #ending: Promise<RunSummary>

  constructor(parts: RunParts) {
    const { store, manifest, arrays, provider } = parts
    const signal = parts.signal ?? new AbortController().signal
    this.id = manifest.id
    this.storeUrl = store.url
    const segments = new SegmentSink({
      put: (name, bytes) => store.put(`${eventsPrefix(manifest.id)}${name}`, bytes, { ifAbsent: true }),
    })
    const totals = { emit: (event: RunEvent): void => this.#totals.add(event) }
    const events = fanOut(totals, this.#stream, segments)
    this.#driver = new Driver({ ...parts, events, signal })
    const end = new RunEnd({ store, arrays, driver: this.#driver, place: { runId: this.id, storeUrl: store.url } })
    this.#ending = this.#carryOut(end, signal, segments, events.emit, provider)
    // Whoever waits gets the error; nobody waiting is no reason to end the process.
    this.#ending.catch(() => undefined)
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent, undefined> {
    return this.#stream[Symbol.asyncIterator]()
  }

  /** Ends the run; what is stored stays, so that it can be resumed. Resolves when it has ended. */
  async cancel(): Promise<void> {
    await this.#driver.cancel()
    await this.#ending.catch(() => undefined)
  }

  /** @throws TaskError, CancelledError, InterruptedError; RunFailedError for what the store or a worker failed with */
  wait(): Promise<RunSummary> {
    return this.#ending
  }

  async #carryOut(
    end: RunEnd,
    signal: AbortSignal,
    segments: SegmentSink,
    emit: (event: RunEvent) => void,
    provider: Provider,
  ): Promise<RunSummary> {
    try {
      const failure = await this.#drive(end, signal)
      emit(failure === undefined ? { type: 'run-finished', at: now(), state: 'done' } : finishedBy(failure))
      const isStored = await segments.close().then(
        () => true,
        () => false,
      )
      await end.record(failure, isStored)
      if (failure !== undefined) throw failure
      return this.#summary(provider)
    } finally {
      this.#stream.close()
      await end.close()
    }
  }

  /** @returns what ended the run otherwise than well */
  async #drive(end: RunEnd, signal: AbortSignal): Promise<Error | undefined> {
    try {
      return await end.settle(await this.#driver.drive())
    } catch (error) {
      if (signal.aborted) return new InterruptedError(end.place, { cause: error })
      if (isNumpywrenError(error) && error.category === 'input') return error
      return new RunFailedError(end.place, error)
    }
  }

  #summary(provider: Provider): RunSummary {
    const statistics = this.#totals.statistics()
    return { ...statistics, runId: this.id, estimatedMoney: provider.price(statistics) }
  }
}

function finishedBy(failure: Error): RunFinished {
  const state = endStateOf(failure)
  return { type: 'run-finished', at: now(), state, message: failure.message }
}
