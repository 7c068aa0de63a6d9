import type { Coordinator, Lease } from '../../scheduler/index.ts'
import { repeat } from '../../util/index.ts'

/** A lease is renewed this often in its life. */
const RENEWALS = 3
const LEAST_MS = 50

/** Renews the leases of all tasks that are with functions. One that is lost all the same is found out when its task is completed. */
export class HeldLeases {
  readonly #coordinator: Coordinator
  readonly #held = new Map<string, Set<readonly Lease[]>>()
  readonly #stop = new AbortController()
  #keeping: Promise<void> | undefined

  constructor(coordinator: Coordinator) {
    this.#coordinator = coordinator
  }

  add(worker: string, leases: readonly Lease[]): void {
    const of = this.#held.get(worker) ?? new Set()
    this.#held.set(worker, of.add(leases))
    const leaseMs = Math.min(...leases.map((lease) => lease.leaseMs))
    this.#keeping ??= repeat(Math.max(LEAST_MS, leaseMs / RENEWALS), this.#stop.signal, () => this.#renew())
  }

  remove(worker: string, leases: readonly Lease[]): void {
    const of = this.#held.get(worker)
    of?.delete(leases)
    if (of?.size === 0) this.#held.delete(worker)
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#keeping
  }

  async #renew(): Promise<void> {
    for (const [worker, batches] of [...this.#held]) {
      await this.#coordinator.renew(worker, [...batches].flat())
    }
  }
}
