import { InputError } from '../errors.ts'
import type { StopReason, Worker, WorkerOptions, WorkerState } from './contract.ts'
import { isCoordinatorGone, isPlanLost } from './coordinator-gone.ts'
import { Deadline } from './deadline.ts'
import type { Loop } from './loop.ts'
import { moment, since } from './time.ts'
import { Workbench } from './workbench.ts'
import { createWorkerMemory, type WorkerMemory } from './worker-memory.ts'

/** How long one wait for work lasts before the worker asks again. */
const maxWaitMs = 10_000
/** The same when leases are short: a lease counts from when it was asked for, so none should wait for long. */
const minWaitMs = 1000

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
  const { deadlineMarginMs = 2000, idleMs } = options
  if (!(deadlineMarginMs >= 0)) throw new InputError(`deadlineMarginMs must be 0 or more, not ${deadlineMarginMs}`)
  if (idleMs !== undefined && !(idleMs >= 0)) throw new InputError(`idleMs must be 0 or more, not ${idleMs}`)
  return new PullingWorker(options, prefetch, options.memory ?? createWorkerMemory(options))
}

class PullingWorker implements Worker {
  readonly id: string
  readonly #options: WorkerOptions
  /** Tasks that may be on their way to the end of computing. */
  readonly #width: number
  readonly #memory: WorkerMemory
  readonly #deadline: Deadline | undefined
  readonly #bench: Workbench
  readonly #stop = new AbortController()
  #state: WorkerState = 'starting'
  #reason: StopReason | undefined
  #crash: unknown
  #running: Promise<void> | undefined
  /** When a task was held last. */
  #busyAt = moment()
  #leaseMs = maxWaitMs
  #wake: () => void = () => undefined

  constructor(options: WorkerOptions, prefetch: number, memory: WorkerMemory) {
    const { slots, deadlineMs, deadlineMarginMs = 2000 } = options
    this.id = options.id
    this.#options = options
    this.#width = slots + prefetch
    this.#memory = memory
    this.#deadline =
      deadlineMs === undefined ? undefined : new Deadline({ deadlineMs, marginMs: deadlineMarginMs, slots })
    const loop: Loop = {
      isDraining: () => this.#stop.signal.aborted,
      room: () => this.#room(),
      start: (grants) => this.#bench.start(grants),
      wake: () => {
        this.#busyAt = moment()
        this.#wake()
      },
      crash: (error) => this.#break(error),
    }
    this.#bench = new Workbench(options, { memory, loop, width: this.#width, deadline: this.#deadline })
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

  async #run(): Promise<void> {
    const { signal } = this.#options
    const drain = (): void => this.drain()
    signal?.addEventListener('abort', drain, { once: true })
    this.#become('running')
    this.#busyAt = moment()
    try {
      this.#deadline?.check()
      this.#deadline?.watch(
        () => {
          this.#leave('deadline')
          this.#bench.abandon()
        },
        () => this.#bench.leaveNow(),
      )
      if (signal?.aborted) drain()
      this.#watchForEnd()
      while (!this.#stop.signal.aborted) await this.#fill()
    } catch (error) {
      this.#break(error)
    }
    await this.#bench.cleared()
    // A memory that was handed in is for its owner to close.
    if (this.#options.memory === undefined) this.#memory.pool.close()
    this.#deadline?.close()
    signal?.removeEventListener('abort', drain)
    this.#become(this.#crash === undefined ? 'stopped' : 'failed')
    if (this.#crash !== undefined) throw this.#crash
  }

  #watchForEnd(): void {
    const { signal } = this.#stop
    void this.#options.coordinator.finished({ signal }).then(
      () => this.#leave('run-over'),
      (error: unknown) => {
        if (!signal.aborted) this.#break(error)
      },
    )
  }

  /** Leases what fits, or waits until something changes. */
  async #fill(): Promise<void> {
    const { coordinator, idleMs } = this.#options
    const count = this.#room()
    if (count <= 0) {
      if (this.#deadline?.room(this.#bench.runs()) === 0) return this.#leave('deadline')
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      return
    }
    const prefer = this.#bench.takePreferred()
    const askedAt = moment()
    const { signal } = this.#stop
    const leases = await coordinator.lease(this.id, { count, prefer, waitMs: this.#waitMs(), signal })
    if (leases.length > 0) {
      this.#leaseMs = leases[0]!.leaseMs
      this.#bench.start(leases.map((lease) => ({ lease, askedAt })))
    } else if ((await coordinator.outcome()).state !== 'running') this.#leave('run-over')
    else if (this.#bench.isEmpty && idleMs !== undefined && since(this.#busyAt) >= idleMs) this.#leave('idle')
  }

  /** Tasks that may be taken on now. Results wait for the store beside the tasks that compute, but not without end. */
  #room(): number {
    const { computing, behind } = this.#bench
    if (this.#stop.signal.aborted || behind > this.#width || computing >= this.#width) return 0
    return Math.min(this.#width - computing, this.#deadline?.room(this.#bench.runs()) ?? this.#width)
  }

  #waitMs(): number {
    const { idleMs = maxWaitMs } = this.#options
    const idleLeftMs = this.#bench.isEmpty ? idleMs - since(this.#busyAt) : idleMs
    const leaseMs = Math.max(minWaitMs, this.#leaseMs / 3)
    return Math.max(1, Math.min(maxWaitMs, leaseMs, idleLeftMs, this.#deadline?.leftMs ?? maxWaitMs))
  }

  /** Takes no new task from here on. Before a deadline what is held goes on as far as it fits. */
  #leave(reason: StopReason): void {
    if (this.#stop.signal.aborted) return
    this.#reason = reason
    if (this.#state === 'running') this.#become('draining')
    this.#stop.abort()
    if (reason !== 'deadline') this.#bench.handBackWaiting({ isOver: reason === 'run-over' || reason === 'lost' })
    this.#wake()
  }

  /** Stops for good: nobody else could do better, or nobody is there. */
  #break(error: unknown): void {
    if (isCoordinatorGone(error)) this.#bench.letGo()
    if (isPlanLost(error)) {
      this.#leave('lost')
      this.#reason = 'lost'
      return
    }
    this.#crash ??= error
    this.#leave('drained')
  }

  #become(state: WorkerState): void {
    this.#state = state
    this.#options.onState?.(state)
  }
}
