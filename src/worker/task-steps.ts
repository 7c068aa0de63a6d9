import { InternalError } from '../errors.ts'
import type { Task } from '../lambdapack/index.ts'
import { type CompleteResult, type FailureRecord, toFailureRecord } from '../scheduler/index.ts'
import type { WorkerOptions } from './contract.ts'
import { isCoordinatorGone } from './coordinator-gone.ts'
import type { Deadline } from './deadline.ts'
import { LostTileError } from './errors.ts'
import { type Grant, isAlive } from './grant.ts'
import { handBack, storeOperands } from './hand-back.ts'
import type { Loop } from './loop.ts'
import { Residence } from './residence.ts'
import { Slots } from './slots.ts'
import type { TaskRun } from './task-run.ts'
import { moment, now } from './time.ts'
import type { WorkerMemory } from './worker-memory.ts'

/** Preferred tasks that are remembered from one lease call to the next. */
const maxPreferred = 64

/** What a worker does with each task, step by step: read, compute, publish, complete, report. */
export class TaskSteps {
  readonly #options: WorkerOptions
  readonly #memory: WorkerMemory
  readonly #loop: Loop
  readonly #deadline: Deadline | undefined
  readonly #residence: Residence
  readonly #slots: Slots
  #preferred: Task[] = []

  constructor(
    options: WorkerOptions,
    setting: { readonly memory: WorkerMemory; readonly loop: Loop; readonly deadline: Deadline | undefined },
  ) {
    const { memory, loop, deadline } = setting
    this.#options = options
    this.#memory = memory
    this.#loop = loop
    this.#deadline = deadline
    this.#residence = new Residence(options, memory)
    this.#slots = new Slots(options.slots)
  }

  /** Tasks that completions here made ready and whose operands are here, the latest of them, named once. */
  takePreferred(): readonly Task[] {
    const preferred = this.#preferred
    this.#preferred = []
    return preferred
  }

  /** Most urgent first; of equals those whose operands are here. */
  inOrder(runs: readonly TaskRun[]): readonly TaskRun[] {
    if (runs.length < 2) return runs
    const ranked = runs.map((run) => ({ run, isHere: this.#residence.areHere(run.detail.reads) ? 1 : 0 }))
    ranked.sort((a, b) => b.run.lease.priority - a.run.lease.priority || b.isHere - a.isHere)
    return ranked.map(({ run }) => run)
  }

  /** Read, compute, publish, complete, and wait for what is written behind. @param computed to be called when the slot is free */
  async work(run: TaskRun, computed: () => void): Promise<void> {
    try {
      const slot = await this.#compute(run, computed)
      if (slot === undefined) return
      try {
        await this.#complete(run)
      } catch (error) {
        // Whether it counted nobody knows; what is being written must end before the task is given back.
        await this.#isStored(run)
        throw error
      }
      if (!(await this.#isStored(run))) return
      this.#deadline?.add(run.kernel.name, run.workMs)
      this.#report(run, slot)
    } finally {
      run.ended = true
      run.results.release(run)
    }
  }

  /** Gives a task back that failed, unless its lease is lost. */
  async fail(grant: Grant, run: TaskRun | undefined, error: unknown): Promise<void> {
    if (run?.lost) return
    if (isCoordinatorGone(error)) return this.#loop.crash(error)
    const { coordinator, events, id } = this.#options
    const { lease } = grant
    const record = toFailureRecord(error)
    const failure: FailureRecord =
      error instanceof LostTileError ? { ...record, lostTile: { matrix: error.matrix, index: error.index } } : record
    if (failure.category === 'transient') await storeOperands(grant, { options: this.#options, memory: this.#memory })
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
      if (await this.#isOff(run)) return undefined
      await run.read()
      slot = await this.#slots.enter(run.lease.priority)
      if (await this.#isOff(run)) return undefined
      await run.compute()
      const computedOn = slot
      slot = undefined
      this.#slots.leave(computedOn)
      computed()
      if (run.isOff()) return undefined
      await run.publish()
      return computedOn
    } finally {
      if (slot !== undefined) this.#slots.leave(slot)
      run.dispose()
      this.#memory.admission.leave(run.claimBytes)
    }
  }

  /** Before work on a task: true when it is no longer this worker's, or is given back because it would not end before the deadline. */
  async #isOff(run: TaskRun): Promise<boolean> {
    if (run.isOff()) return true
    if (this.#deadline?.fits(run.kernel.name) ?? true) return false
    run.lost = true
    run.ended = true
    await handBack([run.grant], { options: this.#options, memory: this.#memory })
    return true
  }

  async #complete(run: TaskRun): Promise<void> {
    const { result, grant } = await this.#completion(run)
    const { counted, ready, dead, leases } = result
    run.counted = counted
    run.ended = true
    run.results.release(run)
    if (leases.length > 0) this.#loop.start(leases.map((lease) => ({ lease, askedAt: grant.askedAt })))
    for (const task of ready) if (this.#residence.isHere(task)) this.#preferred.push(task)
    if (this.#preferred.length > maxPreferred) this.#preferred = this.#preferred.slice(-maxPreferred)
    this.#loop.wake()
    await Promise.all(dead.map((tile) => this.#residence.bury(tile, () => !run.lost && isAlive(grant))))
  }

  /** Completes, storing before what others will look for. @returns the answer, and the grant as of when it was asked for */
  async #completion(run: TaskRun): Promise<{ readonly result: CompleteResult; readonly grant: Grant }> {
    const { coordinator, id } = this.#options
    for (;;) {
      await run.mustHold()
      const unstored = run.results.unstored()
      const options = unstored.length === 0 ? undefined : { unstored, take: this.#loop.room() }
      const grant = { lease: run.lease, askedAt: moment() }
      const result = await coordinator.complete(id, run.lease, options)
      if (result.publish.length === 0) return { result, grant }
      await run.results.store(result.publish)
      if (run.results.unstored().length === unstored.length)
        throw new InternalError(`the coordinator wants tiles stored that task ${run.lease.id} does not hold unstored`)
    }
  }

  /** Waits for what is written behind. A failure ends the worker: the task may count as done, and only the run as a whole can still say that a result is missing. */
  async #isStored(run: TaskRun): Promise<boolean> {
    try {
      await run.results.stored()
      run.measures.writtenAt = now()
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
