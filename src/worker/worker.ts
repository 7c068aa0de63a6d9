import { InputError } from '../errors.ts'
import type { Task } from '../lambdapack/index.ts'
import { type FailureRecord, type Lease, toFailureRecord } from '../scheduler/index.ts'
import type { Worker, WorkerOptions, WorkerState } from './contract.ts'
import { LostTileError } from './errors.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import { Residence } from './residence.ts'
import { Slots } from './slots.ts'
import { TaskRun, type TaskSurroundings } from './task-run.ts'
import { now } from './time.ts'
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
  readonly #memory: WorkerMemory
  readonly #residence: Residence
  readonly #slots: Slots
  readonly #keeper: LeaseKeeper
  readonly #surroundings: TaskSurroundings
  /** Tasks held, by id. */
  readonly #runs = new Map<string, TaskRun>()
  readonly #ends = new Set<Promise<void>>()
  readonly #stop = new AbortController()
  #computing = 0
  /** Tasks that completions here made ready and whose operands are here. */
  #prefer: Task[] = []
  #state: WorkerState = 'starting'
  #crash: unknown
  #running: Promise<void> | undefined
  #wake: () => void = () => undefined

  constructor(options: WorkerOptions, prefetch: number, memory: WorkerMemory) {
    const { coordinator, id } = options
    this.id = id
    this.#options = options
    this.#width = options.slots + prefetch
    this.#memory = memory
    this.#residence = new Residence(options, memory)
    this.#slots = new Slots(options.slots)
    this.#keeper = new LeaseKeeper(coordinator, id)
    this.#surroundings = {
      program: options.program,
      kernel: (name) => options.kernels.get(name),
      matrices: options.matrices,
      memoryBytes: memory.memoryBytes,
      durability: options.durability,
      cache: memory.cache,
      io: memory.io,
    }
  }

  get state(): WorkerState {
    return this.#state
  }

  /** A second call joins the first. */
  run(): Promise<void> {
    this.#running ??= this.#run()
    return this.#running
  }

  drain(): void {
    if (this.#stop.signal.aborted) return
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
    void coordinator.finished({ signal: this.#stop.signal }).then(drain, () => undefined)
    try {
      while (!this.#stop.signal.aborted) await this.#fill()
    } catch (error) {
      this.#crash ??= error
      drain()
    }
    while (this.#ends.size > 0) await Promise.all(this.#ends)
    this.#keeper.close()
    signal?.removeEventListener('abort', drain)
    this.#become(this.#crash === undefined ? 'stopped' : 'failed')
    if (this.#crash !== undefined) throw this.#crash
  }

  /** Leases what fits, or waits until something changes. */
  async #fill(): Promise<void> {
    const { coordinator } = this.#options
    const behind = this.#runs.size - this.#computing
    // Results wait for the store beside the tasks that compute, but not without end.
    const count = behind > this.#width ? 0 : this.#width - this.#computing
    if (count <= 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      return
    }
    const prefer = this.#prefer
    this.#prefer = []
    const leases = await coordinator.lease(this.id, { count, prefer, waitMs, signal: this.#stop.signal })
    for (const lease of leases) this.#start(lease)
    if (leases.length === 0 && (await coordinator.outcome()).state !== 'running') this.drain()
  }

  #start(lease: Lease): void {
    const known = this.#runs.get(lease.id)
    if (known !== undefined) {
      // This worker was too slow to renew and was given its own task again: the work under way goes on under the new lease.
      known.lease = lease
      known.lost = false
      this.#keeper.add(known)
      return
    }
    this.#computing++
    const end = this.#carryOut(lease)
      .catch((error: unknown) => {
        this.#crash ??= error
        this.drain()
      })
      .finally(() => {
        this.#ends.delete(end)
        this.#wake()
      })
    this.#ends.add(end)
  }

  async #carryOut(lease: Lease): Promise<void> {
    let run: TaskRun | undefined
    let computing = true
    const computed = (): void => {
      if (computing) this.#computing--
      computing = false
      this.#wake()
    }
    try {
      run = new TaskRun(lease, this.#surroundings)
      this.#runs.set(run.lease.id, run)
      this.#keeper.add(run)
      await this.#work(run, computed)
    } catch (error) {
      await this.#fail(run?.lease ?? lease, run, error)
    } finally {
      computed()
      this.#runs.delete(lease.id)
      if (run !== undefined) this.#keeper.remove(run)
    }
  }

  /** Read, compute, publish, complete, and wait for what is written behind. */
  async #work(run: TaskRun, computed: () => void): Promise<void> {
    const slot = await this.#compute(run, computed)
    if (slot === undefined) return
    try {
      await this.#complete(run)
    } catch (error) {
      // Whether it counted nobody knows; what is being written must end before the task is given back.
      await this.#isStored(run)
      throw error
    }
    if (await this.#isStored(run)) this.#report(run, slot)
  }

  /** Waits for what is written behind. A failure ends the worker: the task may count as done, and only the run as a whole can still say that a result is missing. */
  async #isStored(run: TaskRun): Promise<boolean> {
    try {
      await run.stored()
      return true
    } catch (error) {
      this.#crash ??= error
      this.drain()
      return false
    }
  }

  /** @returns the slot on which the results were computed that are now in the cache; undefined when there are none */
  async #compute(run: TaskRun, computed: () => void): Promise<number | undefined> {
    await this.#memory.admission.enter(run.claimBytes)
    let slot: number | undefined
    try {
      if (await this.#givenUp(run)) return undefined
      await run.read()
      slot = await this.#slots.enter(run.lease.priority)
      if (await this.#givenUp(run)) return undefined
      await run.compute()
      const computedOn = slot
      slot = undefined
      this.#slots.leave(computedOn)
      computed()
      if (run.lost) return undefined
      await run.publish()
      return computedOn
    } finally {
      if (slot !== undefined) this.#slots.leave(slot)
      run.dispose()
      this.#memory.admission.leave(run.claimBytes)
    }
  }

  /** Before the kernel runs: true when the task is no longer this worker's, or is given back because it drains. */
  async #givenUp(run: TaskRun): Promise<boolean> {
    if (run.lost) return true
    if (!this.#stop.signal.aborted) return false
    await this.#options.coordinator.release(this.id, [run.lease])
    return true
  }

  async #complete(run: TaskRun): Promise<void> {
    const { counted, ready, dead } = await this.#options.coordinator.complete(this.id, run.lease)
    run.counted = counted
    for (const task of ready) if (this.#residence.isHere(task)) this.#prefer.push(task)
    this.#wake()
    await Promise.all(dead.map((tile) => this.#residence.bury(tile)))
  }

  #report({ lease, kernel, counted, measures }: TaskRun, slot: number): void {
    this.#options.events.emit({
      type: 'task',
      task: lease.id,
      kernel: kernel.name,
      worker: this.id,
      slot,
      attempt: lease.attempt,
      counted,
      ...measures,
      completedAt: now(),
      cacheBytes: this.#memory.pool.usedBytes,
    })
  }

  async #fail(lease: Lease, run: TaskRun | undefined, error: unknown): Promise<void> {
    if (run?.lost) return
    const record = toFailureRecord(error)
    const failure: FailureRecord =
      error instanceof LostTileError ? { ...record, lostTile: { matrix: error.matrix, index: error.index } } : record
    const { willRetry } = await this.#options.coordinator.fail(this.id, lease, failure)
    this.#options.events.emit({
      type: 'task-failed',
      task: lease.id,
      worker: this.id,
      attempt: lease.attempt,
      at: now(),
      tag: failure.tag,
      message: failure.message,
      willRetry,
    })
  }

  #become(state: WorkerState): void {
    this.#state = state
    this.#options.onState?.(state)
  }
}
