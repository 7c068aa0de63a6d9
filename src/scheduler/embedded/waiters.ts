import type { Task } from '../../lambdapack/index.ts'
import type { Lease } from '../coordinator.ts'

/** A `lease` call that waits for work. */
export interface Waiter {
  readonly worker: string
  readonly count: number
  readonly prefer: readonly Task[]
  /** Ends the wait. */
  settle(leases: readonly Lease[]): void
}

/** Waiting `lease` calls, first come first served. */
export class Waiters {
  readonly #waiting = new Set<Waiter>()

  get size(): number {
    return this.#waiting.size
  }

  /** Waiters in order, those of `first` before the others. */
  inOrder(first: string | undefined): Waiter[] {
    const all = [...this.#waiting]
    if (first === undefined) return all
    return [...all.filter((w) => w.worker === first), ...all.filter((w) => w.worker !== first)]
  }

  /** Waits until settled, `waitMs` are over or the signal aborts; the last two give no leases. */
  add(
    request: { readonly worker: string; readonly count: number; readonly prefer: readonly Task[] },
    until: { readonly after: (callback: () => void) => () => void; readonly signal: AbortSignal | undefined },
  ): Promise<readonly Lease[]> {
    return new Promise((resolve) => {
      const stop = (): void => waiter.settle([])
      const cancelTimer = until.after(stop)
      until.signal?.addEventListener('abort', stop, { once: true })
      const waiter: Waiter = {
        ...request,
        settle: (leases) => {
          this.#waiting.delete(waiter)
          cancelTimer()
          until.signal?.removeEventListener('abort', stop)
          resolve(leases)
        },
      }
      this.#waiting.add(waiter)
    })
  }

  /** Sends everybody away. */
  settleAll(): void {
    for (const waiter of [...this.#waiting]) waiter.settle([])
  }
}
