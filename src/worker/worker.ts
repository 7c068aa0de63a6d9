import { InputError } from '../errors.ts'
import type { StopReason, Worker, WorkerOptions, WorkerState } from './contract.ts'
import { Workbench } from './workbench.ts'
import { createWorkerMemory, type WorkerMemory } from './worker-memory.ts'

/** How long one wait for work lasts before the worker asks again. */
const waitMs = 10_000

/**
 * The loop of a worker: leases tasks, reads their operands ahead while `slots` others compute, writes results behind,
 * and tells the coordinator. Nothing starts before `run()`.
 * @throws InputError for an option out of range
 */
export function createWorker(options: WorkerOptions): Worker {
  const { slots, prefetch = slots } = options
  if (!Number.isInteger(slots) || slots < 1) throw new InputError(`slots must be a whole number from 1, not ${slots}`)
  if (!Number.isInteger(prefetch) || prefetch < 0)
    throw new InputError(`prefetch must be a whole number from 0, not ${prefetch}`)
  return new PullingWorker(options, prefetch, options.memory ?? createWorkerMemory(options))
}

class PullingWorker implements Worker {
  readonly id: string
  readonly #options: WorkerOptions
  /** Tasks that may be on their way to the end of computing. */
  readonly #width: number
  readonly #bench: Workbench
  readonly #stop = new AbortController()
  #state: WorkerState = 'starting'
  #reason: StopReason | undefined
  #crash: unknown
  #running: Promise<void> | undefined
  #wake: () => void = () => undefined

  constructor(options: WorkerOptions, prefetch: number, memory: WorkerMemory) {
    this.id = options.id
    this.#options = options
    this.#width = options.slots + prefetch
    this.#bench = new Workbench(options, memory, {
      isDraining: () => this.#stop.signal.aborted,
      wake: () => this.#wake(),
      crash: (error) => {
        this.#crash ??= error
        this.drain()
      },
    })
  }

  get state(): WorkerState {
    return this.#state
  }

  get reason(): StopReason | undefined {
    return this.#crash === undefined ? this.#reason : undefined
  }

  /** A second call joins the first. */
  run(): Promise<void> {
    this.#running ??= this.#run()
    return this.#running
  }

  drain(): void {
    this.#leave('drained')
  }

  #leave(reason: StopReason): void {
    if (this.#stop.signal.aborted) return
    this.#reason = reason
    if (this.#state === 'running') this.#become('draining')
    this.#stop.abort()
    this.#wake()
  }

  async #run(): Promise<void> {
    const { coordinator, signal } = this.#options
    const drain = (): void => this.drain()
    signal?.addEventListener('abort', drain, { once: true })
    this.#become('running')
    if (signal?.aborted) drain()
    void coordinator.finished({ signal: this.#stop.signal }).then(
      () => this.#leave('run-over'),
      () => undefined,
    )
    try {
      while (!this.#stop.signal.aborted) await this.#fill()
    } catch (error) {
      this.#crash ??= error
      drain()
    }
    await this.#bench.cleared()
    signal?.removeEventListener('abort', drain)
    this.#become(this.#crash === undefined ? 'stopped' : 'failed')
    if (this.#crash !== undefined) throw this.#crash
  }

  /** Leases what fits, or waits until something changes. */
  async #fill(): Promise<void> {
    const { coordinator } = this.#options
    // Results wait for the store beside the tasks that compute, but not without end.
    const count = this.#bench.behind > this.#width ? 0 : this.#width - this.#bench.computing
    if (count <= 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      return
    }
    const prefer = this.#bench.takePreferred()
    const leases = await coordinator.lease(this.id, { count, prefer, waitMs, signal: this.#stop.signal })
    for (const lease of leases) this.#bench.start(lease)
    if (leases.length === 0 && (await coordinator.outcome()).state !== 'running') this.#leave('run-over')
  }

  #become(state: WorkerState): void {
    this.#state = state
    this.#options.onState?.(state)
  }
}
