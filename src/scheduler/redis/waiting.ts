import type { Lease } from '../coordinator.ts'
import type { Clock } from '../embedded/clock.ts'

/** What a `lease` call asks for. */
export interface LeaseRequest {
  readonly worker: string
  readonly count: number
  /** Members of the queue that the caller would like. */
  readonly prefer: readonly string[]
  /** When it was made, by the clock of a test; 0 for the server's time. */
  readonly at: number
  /** False for a call that takes nothing for an answer. */
  readonly waits: boolean
}

/** A `lease` call. One that waits goes along with every turn until it gets something or its time is over. */
export class WaitingLease {
  readonly worker: string
  readonly count: number
  readonly prefer: readonly string[]
  readonly waits: boolean
  readonly promise: Promise<readonly Lease[]>
  #at: number
  #isFirst = true
  #resolve!: (leases: readonly Lease[]) => void
  #reject!: (error: unknown) => void
  #release: () => void = () => undefined
  #isOpen = true

  constructor({ worker, count, prefer, at, waits }: LeaseRequest) {
    this.worker = worker
    this.count = count
    this.prefer = prefer
    this.waits = waits
    this.#at = at
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  /** False once the caller has its answer: what is granted now, nobody takes. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  /** The time of its next operation: at first its own, then `at` if that is later. */
  nextAt(at: number): number {
    if (!this.#isFirst) this.#at = Math.max(this.#at, at)
    this.#isFirst = false
    return this.#at
  }

  /** Ends the wait with nothing after `waitMs` or with the signal. */
  endWith(clock: Clock, waitMs: number, signal: AbortSignal | undefined): void {
    const stop = (): void => this.settle([])
    const cancel = clock.after(waitMs, stop)
    signal?.addEventListener('abort', stop, { once: true })
    this.#release = () => {
      cancel()
      signal?.removeEventListener('abort', stop)
    }
  }

  settle(leases: readonly Lease[]): void {
    this.#isOpen = false
    this.#release()
    this.#resolve(leases)
  }

  fail(error: unknown): void {
    this.#isOpen = false
    this.#release()
    this.#reject(error)
  }
}
