import { randomUUID } from 'node:crypto'
import { type Task, taskId } from '../../lambdapack/index.ts'
import type { Lease } from '../coordinator.ts'
import type { CompiledOptions } from './options.ts'
import { Durations } from './stragglers.ts'
import type { TaskStates } from './task-states.ts'
import type { Holder, TaskEntry, TaskTable } from './task-table.ts'

/** Decides who gets which task: preferred ones, ready ones in order, backups of stragglers. */
export class Grants {
  readonly #options: CompiledOptions
  readonly #table: TaskTable
  readonly #states: TaskStates
  readonly #durations: Durations | undefined
  readonly #tokenPrefix = randomUUID()
  /** Workers that asked for work. */
  readonly #workers = new Set<string>()
  #count = 0

  constructor(options: CompiledOptions, table: TaskTable, states: TaskStates) {
    this.#options = options
    this.#table = table
    this.#states = states
    this.#durations = options.stragglers === false ? undefined : new Durations(options.stragglers)
  }

  /** Notes that a worker asks for work: it may be the one that backs up others. */
  meet(worker: string): void {
    this.#workers.add(worker)
  }

  take(worker: string, count: number, prefer: readonly Task[]): Lease[] {
    const leases: Lease[] = []
    for (const task of prefer) {
      if (leases.length >= count) return leases
      const entry = this.#table.entry(taskId(task))
      if (entry?.state === 'ready') leases.push(this.grant(worker, entry))
    }
    if (leases.length < count)
      for (const entry of this.#states.popReady(worker, count - leases.length)) leases.push(this.grant(worker, entry))
    if (leases.length === 0) leases.push(...this.#backups(worker, count))
    return leases
  }

  grant(worker: string, entry: TaskEntry): Lease {
    const backup = entry.holders.length > 0
    const grantedAt = this.#options.clock.now()
    const grant = ++this.#count
    const holder: Holder = {
      worker,
      grant,
      token: `${this.#tokenPrefix}-${grant}`,
      grantedAt,
      expiresAt: grantedAt + this.#options.leaseMs,
    }
    this.#states.hold(entry, holder)
    entry.attempts++
    entry.isBackedUp = backup
    entry.expiredToken = undefined
    return {
      task: entry.task,
      id: entry.id,
      token: holder.token,
      attempt: entry.attempts,
      expiresAt: holder.expiresAt,
      leaseMs: this.#options.leaseMs,
      backup,
      soleReads: backup ? [] : this.#table.soleReads(entry),
      priority: entry.priority,
    }
  }

  /** Notes how long a task took that its holder finished. */
  finished(entry: TaskEntry, holder: Holder): void {
    this.#durations?.add(this.#table.detail(entry).kernel, this.#options.clock.now() - holder.grantedAt)
  }

  /** When the next task becomes a straggler that one of these workers could back up; infinity for never. */
  nextStragglerAt(workers: readonly string[]): number {
    let at = Number.POSITIVE_INFINITY
    if (this.#durations === undefined || this.#workers.size < 2) return at
    for (const worker of workers)
      for (const entry of this.#states.leased) at = Math.min(at, this.#stragglerAt(entry, worker) ?? at)
    return at
  }

  /** Second grants of stragglers that other workers hold: tiles are write-once and identical, the first to finish counts. */
  #backups(worker: string, count: number): Lease[] {
    const leases: Lease[] = []
    if (this.#workers.size < 2) return leases
    const now = this.#options.clock.now()
    for (const entry of this.#states.leased) {
      if (leases.length >= count) break
      const at = this.#stragglerAt(entry, worker)
      if (at !== undefined && at <= now) leases.push(this.grant(worker, entry))
    }
    return leases
  }

  /** When this task gets a backup on `worker`, unless it had one or is its own. */
  #stragglerAt(entry: TaskEntry, worker: string): number | undefined {
    const [holder] = entry.holders
    if (holder === undefined || entry.isBackedUp || holder.worker === worker) return undefined
    const limit = this.#durations?.limitMs(this.#table.detail(entry).kernel)
    return limit === undefined ? undefined : holder.grantedAt + limit
  }
}
