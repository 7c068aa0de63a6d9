import type { InvocationOutcome } from '../../events/index.ts'
import type { Lease } from '../../scheduler/index.ts'

/** A task fails the run that was alone in so many invocations which ended without it: by bad luck, or for a reason that stays. */
const PATIENCE = { luck: 8, reason: 3 }
const reasons: ReadonlySet<Ending> = new Set(['out-of-memory', 'timed-out', 'too-large', 'returned'])

/** How an invocation was over without its tasks; `returned`: its time did not suffice for any of them. */
export type Ending = InvocationOutcome | 'returned'

interface Strike {
  /** Tasks that may go along with it. */
  together: number
  alone: number
}

/**
 * Invocations that ended without their tasks. No task is to blame while others were with it: they go again in batches of half the
 * size, at last alone.
 */
export class Strikes {
  readonly #strikes = new Map<string, Strike>()

  /** As many of the leases, the first before the others, as may go in one batch. */
  fitting(leases: readonly Lease[]): readonly Lease[] {
    if (this.#strikes.size === 0) return leases
    let most = Number.POSITIVE_INFINITY
    const fitting: Lease[] = []
    for (const lease of leases) {
      const limit = Math.min(most, this.#strikes.get(lease.id)?.together ?? Number.POSITIVE_INFINITY)
      if (fitting.length + 1 > limit) continue
      most = limit
      fitting.push(lease)
    }
    return fitting
  }

  /** @returns how often the task that was alone has ended invocations, when that is often enough; `undefined`: try again */
  add(leases: readonly Lease[], ending: Ending): { readonly lease: Lease; readonly times: number } | undefined {
    for (const lease of leases) {
      const strike = this.#strikes.get(lease.id) ?? { together: 1, alone: 0 }
      strike.together = Math.max(1, Math.floor(leases.length / 2))
      this.#strikes.set(lease.id, strike)
      if (leases.length > 1) continue
      strike.alone++
      if (strike.alone >= (reasons.has(ending) ? PATIENCE.reason : PATIENCE.luck)) return { lease, times: strike.alone }
    }
    return undefined
  }

  /** The task is done. */
  forget(id: string): void {
    this.#strikes.delete(id)
  }
}
