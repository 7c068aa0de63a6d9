import type { Task } from '../../lambdapack/index.ts'
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
import { Alarm } from './alarm.ts'
import { retryDelayMs } from './backoff.ts'
import { exhausted, failedBy, stuck } from './failures.ts'
import { Grants } from './grants.ts'
import { type CompiledOptions, compileOptions, type EmbeddedCoordinatorOptions } from './options.ts'
import { compareReady } from './ready-queue.ts'
import { TaskStates } from './task-states.ts'
import { type Holder, type TaskEntry, TaskTable } from './task-table.ts'
import { planUnstored } from './unstored.ts'
import { Waiters } from './waiters.ts'

const notCounted: CompleteResult = { counted: false, ready: [], dead: [], publish: [], leases: [] }

/**
 * A coordinator in the driver's own process. Nothing survives the process: what is left to do is derived again from the
 * tiles that exist. Every change of state is synchronous, so each call is atomic.
 * @throws InputError for an option out of range
 */
export function createEmbeddedCoordinator(options: EmbeddedCoordinatorOptions): Coordinator {
  return new EmbeddedCoordinator(compileOptions(options))
}

class EmbeddedCoordinator implements Coordinator {
  readonly #options: CompiledOptions
  readonly #table: TaskTable
  readonly #states = new TaskStates()
  readonly #grants: Grants
  readonly #alarm: Alarm
  readonly #waiters = new Waiters()
  readonly #ended: Promise<RunOutcome>
  #settleEnded!: (outcome: RunOutcome) => void
  #outcome: RunOutcome = { state: 'running' }

  constructor(options: CompiledOptions) {
    this.#options = options
    this.#alarm = new Alarm(options.clock, () => this.#tick())
    this.#ended = new Promise((resolve) => {
      this.#settleEnded = resolve
    })
    this.#table = new TaskTable(options.program, options.todo, options.priorities)
    this.#grants = new Grants(options, this.#table, this.#states)
    for (const entry of this.#table.starters()) this.#states.makeReady(entry)
    this.#endIfOver()
  }

  async lease(
    worker: string,
    options: LeaseOptions & { readonly prefer?: readonly Task[] },
  ): Promise<readonly Lease[]> {
    this.#tick()
    if (this.#isOver() || options.count < 1 || options.signal?.aborted) return []
    this.#grants.meet(worker)
    const prefer = options.prefer ?? []
    const leases = this.#take(worker, options.count, prefer)
    const waitMs = options.waitMs ?? 0
    if (leases.length > 0 || waitMs <= 0) return leases
    const wait = this.#waiters.add(
      { worker, count: options.count, prefer },
      {
        after: (callback) => this.#options.clock.after(waitMs, callback),
        signal: options.signal,
      },
    )
    this.#alarm.ringBy(this.#nextDue())
    return wait
  }

  async renew(worker: string, leases: readonly Lease[]): Promise<readonly string[]> {
    this.#tick()
    const expiresAt = this.#options.clock.now() + this.#options.leaseMs
    const lost: string[] = []
    for (const lease of leases) {
      const holder = this.#held(worker, lease)?.holder
      if (holder === undefined) lost.push(lease.id)
      else holder.expiresAt = expiresAt
    }
    return lost
  }

  async complete(
    worker: string,
    lease: Lease,
    { unstored = [], take = 0 }: CompleteOptions = {},
  ): Promise<CompleteResult> {
    this.#tick()
    const entry = this.#completable(worker, lease)
    if (this.#isOver() || entry === undefined) return notCounted
    const { publish, readers } = planUnstored(this.#table, entry, { unstored, take })
    if (publish.length > 0) return { ...notCounted, publish }
    const holder = entry.holders.find((h) => h.token === lease.token)
    if (holder !== undefined) this.#grants.finished(entry, holder)
    this.#states.leave(entry)
    const { ready, dead } = this.#table.finish(entry, worker)
    ready.sort(compareReady)
    const leases = ready.filter(({ id }) => readers.has(id)).map((next) => this.#grant(worker, next))
    const others = ready.filter(({ id }) => !readers.has(id))
    for (const next of others) this.#states.makeReady(next)
    const tasks = others.map((next) => next.task)
    this.#endIfOver()
    this.#serve(worker, tasks)
    return { counted: true, ready: tasks, dead, publish, leases }
  }

  async fail(worker: string, lease: Lease, failure: FailureRecord): Promise<FailResult> {
    this.#tick()
    const held = this.#held(worker, lease)
    if (this.#isOver() || held === undefined) return { willRetry: false }
    const { entry, holder } = held
    this.#states.drop(entry, holder)
    // Of two holders one may have used up or buried a tile that the other misses: that one's result decides.
    if (entry.holders.length > 0 && failure.lostTile !== undefined) return { willRetry: true }
    if (failure.lostTile !== undefined || failure.category !== 'transient') {
      this.#end(failedBy(entry, failure))
      return { willRetry: false }
    }
    if (entry.holders.length > 0) return { willRetry: true }
    this.#retry(entry, failure, retryDelayMs(entry.attempts, this.#options.backoff, this.#options.random))
    return { willRetry: !this.#isOver() }
  }

  async release(worker: string, leases: readonly Lease[]): Promise<void> {
    this.#tick()
    for (const lease of leases) {
      const held = this.#held(worker, lease)
      if (held === undefined) continue
      this.#states.drop(held.entry, held.holder)
      held.entry.attempts--
      if (held.entry.holders.length === 0) this.#states.makeReady(held.entry)
    }
    this.#serve(undefined, [])
  }

  async cancel(): Promise<void> {
    this.#end({ state: 'cancelled' })
  }

  async counts(): Promise<CoordinatorCounts> {
    this.#tick()
    return {
      total: this.#table.total,
      ready: this.#states.readyCount,
      leased: this.#states.leased.size,
      done: this.#table.doneCount,
    }
  }

  async finished(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<RunOutcome> {
    const { signal } = options
    if (signal === undefined) return this.#ended
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason)
      signal.addEventListener('abort', abort, { once: true })
      void this.#ended.then((outcome) => {
        signal.removeEventListener('abort', abort)
        resolve(outcome)
      })
    })
  }

  async outcome(): Promise<RunOutcome> {
    return this.#outcome
  }

  async close(): Promise<void> {
    this.#alarm.cancel()
    this.#waiters.settleAll()
  }

  #isOver(): boolean {
    return this.#outcome.state !== 'running'
  }

  /** The grant behind a lease, when it is still in force. */
  #held(worker: string, lease: Lease): { readonly entry: TaskEntry; readonly holder: Holder } | undefined {
    const entry = this.#table.entry(lease.id)
    const holder = entry?.holders.find((h) => h.token === lease.token && h.worker === worker)
    return entry === undefined || holder === undefined || this.#isOver() ? undefined : { entry, holder }
  }

  /** The task of a lease whose completion counts: held, or expired and held by nobody since. */
  #completable(worker: string, lease: Lease): TaskEntry | undefined {
    const held = this.#held(worker, lease)?.entry
    if (held !== undefined) return held
    const entry = this.#table.entry(lease.id)
    return entry?.holders.length === 0 && entry.expiredToken === lease.token ? entry : undefined
  }

  #take(worker: string, count: number, prefer: readonly Task[]): Lease[] {
    const leases = this.#grants.take(worker, count, prefer)
    for (const { expiresAt } of leases) this.#alarm.ringBy(expiresAt)
    return leases
  }

  #grant(worker: string, entry: TaskEntry): Lease {
    const lease = this.#grants.grant(worker, entry)
    this.#alarm.ringBy(lease.expiresAt)
    return lease
  }

  /** Hands ready tasks to waiting calls; the worker that made `tasks` ready has their operands and goes first. */
  #serve(worker: string | undefined, tasks: readonly Task[]): void {
    for (const waiter of this.#waiters.inOrder(worker)) {
      const prefer = waiter.worker === worker ? [...tasks, ...waiter.prefer] : waiter.prefer
      const leases = this.#take(waiter.worker, waiter.count, prefer)
      if (leases.length > 0) waiter.settle(leases)
    }
    // What was granted or finished just now may give those who still wait a straggler to back up.
    this.#alarm.ringBy(this.#nextStragglerAt())
  }

  #nextStragglerAt(): number {
    if (this.#waiters.size === 0) return Number.POSITIVE_INFINITY
    return this.#grants.nextStragglerAt(this.#waiters.inOrder(undefined).map(({ worker }) => worker))
  }

  #retry(entry: TaskEntry, failure: FailureRecord, delayMs: number): void {
    if (entry.attempts >= this.#options.maxAttempts) {
      this.#end(failedBy(entry, exhausted(entry, this.#table.detail(entry).kernel, failure)))
      return
    }
    this.#states.delay(entry, this.#options.clock.now() + delayMs)
    this.#alarm.ringBy(entry.retryAt)
  }

  /** Does what time has made due: expired leases go back, delayed tasks become ready, stragglers get backups. */
  #tick(): void {
    if (this.#isOver()) return
    const now = this.#options.clock.now()
    if (this.#alarm.isSetAfter(now)) return
    this.#alarm.cancel()
    for (const entry of [...this.#states.delayed]) {
      if (entry.retryAt > now) continue
      this.#states.leave(entry)
      this.#states.makeReady(entry)
    }
    for (const { entry, holder } of this.#states.expired(now)) {
      if (this.#isOver()) return
      this.#expire(entry, holder)
    }
    if (this.#isOver()) return
    this.#serve(undefined, [])
    this.#alarm.ringBy(this.#nextDue())
  }

  #expire(entry: TaskEntry, holder: Holder): void {
    this.#states.drop(entry, holder)
    if (entry.holders.length > 0) return
    entry.expiredToken = holder.token
    const message = `worker ${holder.worker} did not renew its lease for ${this.#options.leaseMs} ms`
    if (entry.attempts < this.#options.maxAttempts) this.#states.makeReady(entry)
    else this.#retry(entry, { tag: 'LeaseExpiredError', category: 'transient', message }, 0)
  }

  /** When the next thing is due that time alone brings about. */
  #nextDue(): number {
    let due = Number.POSITIVE_INFINITY
    for (const entry of this.#states.delayed) due = Math.min(due, entry.retryAt)
    for (const entry of this.#states.leased) for (const holder of entry.holders) due = Math.min(due, holder.expiresAt)
    return Math.min(due, this.#nextStragglerAt())
  }

  #endIfOver(): void {
    if (this.#table.doneCount === this.#table.total) this.#end({ state: 'done' })
    else if (this.#states.isIdle)
      this.#end(stuck(this.#table.anyUnfinished(), this.#table.total - this.#table.doneCount))
  }

  /** The first end counts; every lease ends with the run. */
  #end(outcome: RunOutcome): void {
    if (this.#isOver()) return
    this.#outcome = outcome
    this.#alarm.cancel()
    this.#states.endLeases()
    this.#settleEnded(outcome)
    this.#waiters.settleAll()
  }
}
