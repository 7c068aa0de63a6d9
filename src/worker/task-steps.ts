import type { Task } from '../lambdapack/index.ts'
import { type FailureRecord, type Lease, toFailureRecord } from '../scheduler/index.ts'
import type { WorkerOptions } from './contract.ts'
import { LostTileError } from './errors.ts'
import { Residence } from './residence.ts'
import { Slots } from './slots.ts'
import type { TaskRun } from './task-run.ts'
import { now } from './time.ts'
import type { Loop } from './workbench.ts'
import type { WorkerMemory } from './worker-memory.ts'

/** What a worker does with each task, step by step: read, compute, publish, complete, report. */
export class TaskSteps {
  readonly #options: WorkerOptions
  readonly #memory: WorkerMemory
  readonly #loop: Loop
  readonly #residence: Residence
  readonly #slots: Slots
  #preferred: Task[] = []

  constructor(options: WorkerOptions, memory: WorkerMemory, loop: Loop) {
    this.#options = options
    this.#memory = memory
    this.#loop = loop
    this.#residence = new Residence(options, memory)
    this.#slots = new Slots(options.slots)
  }

  /** Tasks that completions here made ready and whose operands are here, named once. */
  takePreferred(): readonly Task[] {
    const preferred = this.#preferred
    this.#preferred = []
    return preferred
  }

  /** Read, compute, publish, complete, and wait for what is written behind. @param computed to be called when the slot is free */
  async work(run: TaskRun, computed: () => void): Promise<void> {
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

  /** Gives a task back that failed, unless its lease is lost. */
  async fail(lease: Lease, run: TaskRun | undefined, error: unknown): Promise<void> {
    if (run?.lost) return
    const { coordinator, events, id } = this.#options
    const record = toFailureRecord(error)
    const failure: FailureRecord =
      error instanceof LostTileError ? { ...record, lostTile: { matrix: error.matrix, index: error.index } } : record
    const { willRetry } = await coordinator.fail(id, lease, failure)
    events.emit({
      type: 'task-failed',
      task: lease.id,
      worker: id,
      attempt: lease.attempt,
      at: now(),
      tag: failure.tag,
      message: failure.message,
      willRetry,
    })
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
    if (!this.#loop.isDraining()) return false
    await this.#options.coordinator.release(this.#options.id, [run.lease])
    return true
  }

  async #complete(run: TaskRun): Promise<void> {
    const { counted, ready, dead } = await this.#options.coordinator.complete(this.#options.id, run.lease)
    run.counted = counted
    for (const task of ready) if (this.#residence.isHere(task)) this.#preferred.push(task)
    this.#loop.wake()
    await Promise.all(dead.map((tile) => this.#residence.bury(tile)))
  }

  /** Waits for what is written behind. A failure ends the worker: the task may count as done, and only the run as a whole can still say that a result is missing. */
  async #isStored(run: TaskRun): Promise<boolean> {
    try {
      await run.stored()
      return true
    } catch (error) {
      this.#loop.crash(error)
      return false
    }
  }

  #report({ lease, kernel, counted, measures }: TaskRun, slot: number): void {
    this.#options.events.emit({
      type: 'task',
      task: lease.id,
      kernel: kernel.name,
      worker: this.#options.id,
      slot,
      attempt: lease.attempt,
      counted,
      ...measures,
      completedAt: now(),
      cacheBytes: this.#memory.pool.usedBytes,
    })
  }
}
