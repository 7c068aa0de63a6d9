import type { Coordinator } from '../scheduler/index.ts'
import type { TaskRun } from './task-run.ts'

/** Shortest time between two renewals. */
const minPeriodMs = 10

/** Renews all leases of a worker in one batch, three times in a lease's life, and marks tasks whose lease was lost. */
export class LeaseKeeper {
  readonly #coordinator: Coordinator
  readonly #worker: string
  /** Held tasks and how often their leases want renewal. */
  readonly #runs = new Map<TaskRun, number>()
  #timer: NodeJS.Timeout | undefined

  constructor(coordinator: Coordinator, worker: string) {
    this.#coordinator = coordinator
    this.#worker = worker
  }

  /** Keeps the task's present lease alive; called again when the task got a new one. */
  add(run: TaskRun): void {
    this.#runs.set(run, Math.max(minPeriodMs, (run.lease.expiresAt - Date.now()) / 3))
    this.#timer ??= setTimeout(() => void this.#renew(), this.#periodMs())
  }

  remove(run: TaskRun): void {
    this.#runs.delete(run)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#runs.clear()
  }

  async #renew(): Promise<void> {
    const held = [...this.#runs.keys()].filter((run) => !run.lost)
    this.#timer = undefined
    const leases = held.map((run) => run.lease)
    try {
      const lost = new Set(await this.#coordinator.renew(this.#worker, leases))
      for (const [i, run] of held.entries()) if (run.lease === leases[i] && lost.has(run.lease.id)) run.lost = true
    } catch {
      // A renewal that fails in passing is made up for by the next one; a lease that expires meanwhile is reported then.
    }
    if (this.#runs.size > 0) this.#timer ??= setTimeout(() => void this.#renew(), this.#periodMs())
  }

  #periodMs(): number {
    return Math.min(...this.#runs.values())
  }
}
