import type { Coordinator } from '../scheduler/index.ts'
import { isAlive } from './grant.ts'
import type { TaskRun } from './task-run.ts'
import { moment, since } from './time.ts'

/** Shortest time between two renewals. */
const minPeriodMs = 10

/**
 * Renews all leases of a worker in one batch, three times in a lease's life, and marks tasks whose lease was lost.
 * It also answers whether a task is still this worker's, which a process that was stopped for a while has to ask before
 * it leaves a trace.
 */
export class LeaseKeeper {
  readonly #coordinator: Coordinator
  readonly #worker: string
  readonly #onError: (error: unknown) => void
  readonly #runs = new Set<TaskRun>()
  #timer: NodeJS.Timeout | undefined
  /** When the timer fires, by the monotonic clock. */
  #dueAt = 0
  #renewing: Promise<void> | undefined

  /** @param onError told of renewals that failed; those in passing are made up for by the next one */
  constructor(coordinator: Coordinator, worker: string, onError: (error: unknown) => void) {
    this.#coordinator = coordinator
    this.#worker = worker
    this.#onError = onError
  }

  /** Keeps the task's present lease alive; called again when the task got a new one. */
  add(run: TaskRun): void {
    this.#runs.add(run)
    this.#renewIn(run.lease.leaseMs / 3 - since(run.grant.askedAt))
  }

  remove(run: TaskRun): void {
    this.#runs.delete(run)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#runs.clear()
  }

  /**
   * Whether the task is this worker's: by its own clock, and where that cannot tell (it was stopped for a while, or waited
   * long for the lease) by a renewal. False when nobody says so.
   */
  async isHeld(run: TaskRun): Promise<boolean> {
    // A renewal under way may have been sent too long ago to prove anything; the one after it is sent now.
    for (let asked = 0; asked < 2 && !run.lost && !isAlive(run.grant); asked++) await this.#renewNow()
    return !run.lost && isAlive(run.grant)
  }

  #renewIn(ms: number): void {
    const delay = Math.max(minPeriodMs, ms)
    const dueAt = performance.now() + delay
    if (this.#timer !== undefined && this.#dueAt <= dueAt) return
    clearTimeout(this.#timer)
    this.#dueAt = dueAt
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.#renewNow()
    }, delay)
  }

  #renewNow(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined
      const periods = [...this.#runs].map(({ lease }) => lease.leaseMs / 3)
      if (periods.length > 0) this.#renewIn(Math.min(...periods))
    })
    return this.#renewing
  }

  async #renew(): Promise<void> {
    const held = [...this.#runs].filter((run) => !run.lost && !run.ended)
    if (held.length === 0) return
    const leases = held.map((run) => run.lease)
    const askedAt = moment()
    try {
      const lost = new Set(await this.#coordinator.renew(this.#worker, leases))
      for (const [i, run] of held.entries()) {
        if (run.lease !== leases[i]) continue
        if (lost.has(run.lease.id)) run.lost = true
        else run.grant = { lease: run.lease, askedAt }
      }
    } catch (error) {
      this.#onError(error)
    }
  }
}
