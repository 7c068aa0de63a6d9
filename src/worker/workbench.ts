import type { Task } from '../lambdapack/index.ts'
import type { Lease } from '../scheduler/index.ts'
import type { WorkerOptions } from './contract.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import { TaskRun, type TaskSurroundings } from './task-run.ts'
import { TaskSteps } from './task-steps.ts'
import type { WorkerMemory } from './worker-memory.ts'

/** What the loop that leases tells its workbench and hears from it. */
export interface Loop {
  /** True when the worker drains: what does not compute yet is given back. */
  isDraining(): boolean
  /** Something changed that the loop may wait for. */
  wake(): void
  /** The worker cannot go on. */
  crash(error: unknown): void
}

/** The tasks that a worker holds, from lease to completion. */
export class Workbench {
  readonly #loop: Loop
  readonly #surroundings: TaskSurroundings
  readonly #keeper: LeaseKeeper
  readonly #steps: TaskSteps
  /** Tasks held, by id. */
  readonly #runs = new Map<string, TaskRun>()
  readonly #ends = new Set<Promise<void>>()
  #computing = 0

  constructor(options: WorkerOptions, memory: WorkerMemory, loop: Loop) {
    this.#loop = loop
    this.#keeper = new LeaseKeeper(options.coordinator, options.id)
    this.#steps = new TaskSteps(options, memory, loop)
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

  /** Tasks on their way to the end of computing. */
  get computing(): number {
    return this.#computing
  }

  /** Tasks whose results wait for the store or the coordinator. */
  get behind(): number {
    return this.#runs.size - this.#computing
  }

  /** Tasks that completions here made ready and whose operands are here, named once. */
  takePreferred(): readonly Task[] {
    return this.#steps.takePreferred()
  }

  start(lease: Lease): void {
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
      .catch((error: unknown) => this.#loop.crash(error))
      .finally(() => {
        this.#ends.delete(end)
        this.#loop.wake()
      })
    this.#ends.add(end)
  }

  /** Resolves when nothing is held any more. */
  async cleared(): Promise<void> {
    while (this.#ends.size > 0) await Promise.all(this.#ends)
    this.#keeper.close()
  }

  async #carryOut(lease: Lease): Promise<void> {
    let run: TaskRun | undefined
    let computing = true
    const computed = (): void => {
      if (computing) this.#computing--
      computing = false
      this.#loop.wake()
    }
    try {
      run = new TaskRun(lease, this.#surroundings)
      this.#runs.set(run.lease.id, run)
      this.#keeper.add(run)
      await this.#steps.work(run, computed)
    } catch (error) {
      await this.#steps.fail(run?.lease ?? lease, run, error)
    } finally {
      computed()
      this.#runs.delete(lease.id)
      if (run !== undefined) this.#keeper.remove(run)
    }
  }
}
