import { type Task, taskId } from '../../lambdapack/index.ts'
import type {
  CompleteOptions,
  CompleteResult,
  Coordinator,
  CoordinatorCounts,
  FailResult,
  FailureRecord,
  Lease,
  LeaseOptions,
  RunOutcome,
} from '../coordinator.ts'
import { systemClock } from '../embedded/clock.ts'
import { Waiters } from '../embedded/waiters.ts'

/** A task of a batch, leased by whoever sent it. */
export interface BatchedTask {
  readonly task: Task
  /** 1 for the first try. */
  readonly attempt: number
  readonly backup: boolean
  /** Larger is handed out first. */
  readonly priority: number
}

/** What became of a task; `returned`: nothing that anybody is to know of. */
export type BatchOutcome =
  | { readonly id: string; readonly state: 'done' | 'returned' }
  | { readonly id: string; readonly state: 'failed'; readonly failure: FailureRecord }

/** The real leases are kept by who sent the batch, for as long as it waits: here none ends by itself. */
const LEASE_MS = 24 * 60 * 60 * 1000

type State = 'waiting' | 'leased' | 'done' | 'returned' | FailureRecord

/**
 * Hands out a fixed list of tasks, each once, and writes down what became of them. The run itself is elsewhere: no task becomes ready
 * through another, no failure is tried again, nothing is known of who reads a tile. Done when no task is waiting or leased.
 */
export class BatchCoordinator implements Coordinator {
  readonly #leases = new Map<string, Lease>()
  readonly #states = new Map<string, State>()
  /** Ids that wait, the most urgent first. */
  #queue: string[]
  /** Tasks that wait or are leased. */
  #open: number
  readonly #waiters = new Waiters()
  readonly #ended: Promise<RunOutcome>
  #end!: (outcome: RunOutcome) => void
  #outcome: RunOutcome = { state: 'running' }

  constructor(tasks: readonly BatchedTask[]) {
    this.#ended = new Promise((resolve) => {
      this.#end = (outcome) => {
        this.#outcome = outcome
        resolve(outcome)
        this.#waiters.settleAll()
      }
    })
    const expiresAt = Date.now() + LEASE_MS
    for (const { task, ...grant } of tasks) {
      const id = taskId(task)
      this.#leases.set(id, { task, id, ...grant, token: id, expiresAt, leaseMs: LEASE_MS, soleReads: [] })
      this.#states.set(id, 'waiting')
    }
    const urgent = [...this.#leases.values()].sort((a, b) => b.priority - a.priority)
    this.#queue = urgent.map(({ id }) => id)
    this.#open = urgent.length
    if (this.#open === 0) this.#end({ state: 'done' })
  }

  /** One answer for each task, in the order of the batch. What is not done by now counts as returned. */
  answers(): BatchOutcome[] {
    return [...this.#states].map(([id, state]) => {
      if (typeof state === 'object') return { id, state: 'failed', failure: state }
      return { id, state: state === 'done' ? 'done' : 'returned' }
    })
  }

  async lease(
    worker: string,
    { count, waitMs = 0, prefer = [], signal }: LeaseOptions & { readonly prefer?: readonly Task[] },
  ): Promise<readonly Lease[]> {
    const leases = this.#take(count, prefer)
    if (leases.length > 0 || waitMs <= 0 || this.#outcome.state !== 'running' || signal?.aborted) return leases
    // Nothing will become ready: the end is what there is to wait for.
    const after = (callback: () => void): (() => void) => systemClock.after(waitMs, callback)
    return this.#waiters.add({ worker, count, prefer }, { after, signal })
  }

  async renew(): Promise<readonly string[]> {
    return []
  }

  async complete(_worker: string, lease: Lease, { unstored = [] }: CompleteOptions = {}): Promise<CompleteResult> {
    const nothing = { ready: [], dead: [], publish: [], leases: [] }
    if (this.#states.get(lease.id) !== 'leased') return { ...nothing, counted: false }
    // Whoever reads them is elsewhere.
    if (unstored.length > 0) return { ...nothing, counted: false, publish: unstored }
    this.#put(lease.id, 'done')
    return { ...nothing, counted: true }
  }

  async fail(_worker: string, lease: Lease, failure: FailureRecord): Promise<FailResult> {
    if (this.#states.get(lease.id) === 'leased') this.#put(lease.id, failure)
    return { willRetry: false }
  }

  async release(_worker: string, leases: readonly Lease[]): Promise<void> {
    for (const { id } of leases) if (this.#states.get(id) === 'leased') this.#put(id, 'returned')
  }

  async cancel(): Promise<void> {
    this.#queue = []
    if (this.#outcome.state === 'running') this.#end({ state: 'cancelled' })
  }

  async counts(): Promise<CoordinatorCounts> {
    const states = [...this.#states.values()]
    const count = (wanted: State): number => states.filter((state) => state === wanted).length
    return { total: states.length, ready: count('waiting'), leased: count('leased'), done: count('done') }
  }

  async finished({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<RunOutcome> {
    if (signal === undefined) return this.#ended
    signal.throwIfAborted()
    const aborted = Promise.withResolvers<never>()
    const abort = (): void => aborted.reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    return Promise.race([this.#ended, aborted.promise]).finally(() => signal.removeEventListener('abort', abort))
  }

  async outcome(): Promise<RunOutcome> {
    return this.#outcome
  }

  async close(): Promise<void> {
    this.#waiters.settleAll()
  }

  #take(count: number, prefer: readonly Task[]): Lease[] {
    const wanted = new Set(prefer.map(taskId).filter((id) => this.#states.get(id) === 'waiting'))
    const inOrder = wanted.size === 0 ? this.#queue : [...wanted, ...this.#queue.filter((id) => !wanted.has(id))]
    const ids = inOrder.slice(0, count)
    if (ids.length > 0) this.#queue = inOrder.slice(ids.length)
    return ids.map((id) => {
      this.#states.set(id, 'leased')
      return this.#leases.get(id)!
    })
  }

  #put(id: string, state: State): void {
    this.#states.set(id, state)
    if (--this.#open === 0 && this.#outcome.state === 'running') this.#end({ state: 'done' })
  }
}
