import type { Task } from '../lambdapack/index.ts'
import type { WorkerOptions } from './contract.ts'
import { isCoordinatorGone } from './coordinator-gone.ts'
import type { Deadline } from './deadline.ts'
import { Ends } from './ends.ts'
import type { Grant } from './grant.ts'
import { handBack } from './hand-back.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import type { Loop } from './loop.ts'
import { TaskRun, type TaskSurroundings } from './task-run.ts'
import { TaskSteps } from './task-steps.ts'
import type { WorkerMemory } from './worker-memory.ts'

/** A task on the bench. */
interface Held {
  readonly run: TaskRun
  /** Settles when the task is cleared away, or left where it is. */
  readonly end: Promise<void>
  readonly leave: () => void
}

/** The tasks that a worker holds, from lease to completion. */
export class Workbench {
  readonly #options: WorkerOptions
  readonly #memory: WorkerMemory
  readonly #loop: Loop
  readonly #surroundings: TaskSurroundings
  readonly #keeper: LeaseKeeper
  readonly #steps: TaskSteps
  /** By task id. */
  readonly #held = new Map<string, Held>()
  readonly #ends: Ends
  #computing = 0

  constructor(
    options: WorkerOptions,
    setting: {
      readonly memory: WorkerMemory
      readonly loop: Loop
      /** Tasks that may be on their way to the end of computing. */
      readonly width: number
      readonly deadline: Deadline | undefined
    },
  ) {
    const { memory, loop, width, deadline } = setting
    this.#options = options
    this.#memory = memory
    this.#loop = loop
    this.#ends = new Ends({ onEnd: loop.wake, onFailure: loop.crash })
    this.#keeper = new LeaseKeeper(options.coordinator, options.id, (error) => {
      if (isCoordinatorGone(error)) loop.crash(error)
    })
    this.#steps = new TaskSteps(options, { memory, loop, deadline })
    this.#surroundings = {
      program: options.program,
      kernel: (name) => options.kernels.get(name),
      matrices: options.matrices,
      memoryBytes: memory.memoryBytes,
      durability: options.durability,
      sharesMemory: options.sharesMemory ?? true,
      width,
      cache: memory.cache,
      io: memory.io,
      isHeld: (run) => this.#keeper.isHeld(run),
    }
  }

  /** Tasks on their way to the end of computing. */
  get computing(): number {
    return this.#computing
  }

  /** Tasks whose results wait for the store or the coordinator. */
  get behind(): number {
    return this.#held.size - this.#computing
  }

  /** Whether no task is held. */
  get isEmpty(): boolean {
    return this.#held.size === 0
  }

  *runs(): Iterable<TaskRun> {
    for (const { run } of this.#held.values()) yield run
  }

  /** Tasks that completions here made ready and whose operands are here, named once. */
  takePreferred(): readonly Task[] {
    return this.#steps.takePreferred()
  }

  start(grants: readonly Grant[]): void {
    if (this.#loop.isDraining()) {
      this.#giveBack(grants)
      return
    }
    const once = grants.length < 2 ? grants : new Map(grants.map((grant) => [grant.lease.id, grant])).values()
    const runs: TaskRun[] = []
    for (const grant of once) {
      const run = this.#newRun(grant)
      if (run !== undefined) runs.push(run)
    }
    for (const run of this.#steps.inOrder(runs)) this.#begin(run)
  }

  /** Gives back, or with the run over just drops, what does not compute yet. */
  handBackWaiting({ isOver }: { readonly isOver: boolean }): void {
    const waiting = [...this.runs()].filter(({ stage, lost }) => stage === 'waiting' && !lost)
    for (const run of waiting) run.lost = true
    if (!isOver) this.#giveBack(waiting.map(({ grant }) => grant))
  }

  /** The time for work is over: gives back all whose results are not there yet, and does not wait for kernels that run. */
  abandon(): void {
    const open = [...this.#held.values()].filter(({ run }) => run.stage !== 'computed')
    for (const { run, leave } of open) {
      run.lost = true
      leave()
    }
    this.#giveBack(open.map(({ run }) => run.grant))
  }

  /** All time is over: waits for nothing any more. */
  leaveNow(): void {
    this.letGo()
    this.#ends.leave()
  }

  /** Drops everything without a word: nobody is there to hear it, or to want it. */
  letGo(): void {
    for (const run of this.runs()) run.lost = true
  }

  /** Resolves when nothing is held any more. */
  async cleared(): Promise<void> {
    await this.#ends.all()
    this.#keeper.close()
  }

  #giveBack(grants: readonly Grant[]): void {
    void this.#ends.add(handBack(grants, { options: this.#options, memory: this.#memory }))
  }

  /** @returns undefined when the task is held already, or cannot be done at all */
  #newRun(grant: Grant): TaskRun | undefined {
    const known = this.#held.get(grant.lease.id)
    if (known?.run.ended) void this.#ends.add(known.end.then(() => this.start([grant])))
    else if (known !== undefined) {
      // This worker was too slow to renew and was given its own task again: the work under way goes on under the new lease.
      known.run.grant = grant
      known.run.lost = false
      this.#keeper.add(known.run)
    } else
      try {
        return new TaskRun(grant, this.#surroundings)
      } catch (error) {
        void this.#ends.add(this.#steps.fail(grant, undefined, error))
      }
    return undefined
  }

  #begin(run: TaskRun): void {
    this.#computing++
    this.#keeper.add(run)
    let leave = (): void => undefined
    const work = this.#carryOut(run)
    // Nothing but a deadline leaves a task where it is.
    const left =
      this.#options.deadlineMs === undefined
        ? work
        : Promise.race([
            work,
            new Promise<void>((resolve) => {
              leave = resolve
            }),
          ])
    this.#held.set(run.lease.id, { run, end: this.#ends.add(left), leave })
  }

  async #carryOut(run: TaskRun): Promise<void> {
    let computing = true
    const computed = (): void => {
      if (computing) this.#computing--
      computing = false
      this.#loop.wake()
    }
    try {
      await this.#steps.work(run, computed)
    } catch (error) {
      await this.#steps.fail(run.grant, run, error)
    } finally {
      computed()
      this.#held.delete(run.lease.id)
      this.#keeper.remove(run)
    }
  }
}
