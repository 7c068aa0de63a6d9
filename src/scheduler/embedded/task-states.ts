import { affinityWindow } from '../coordinator.ts'
import { ReadyQueue } from './ready-queue.ts'
import type { Holder, TaskEntry } from './task-table.ts'

/** Moves tasks between their states and keeps those at hand that are ready, leased or delayed. */
export class TaskStates {
  readonly #queue = new ReadyQueue<TaskEntry>()
  readonly #leased = new Set<TaskEntry>()
  readonly #delayed = new Set<TaskEntry>()
  #readyCount = 0

  get readyCount(): number {
    return this.#readyCount
  }

  get leased(): ReadonlySet<TaskEntry> {
    return this.#leased
  }

  get delayed(): ReadonlySet<TaskEntry> {
    return this.#delayed
  }

  /** True when no task is ready, leased or delayed: nothing will happen any more. */
  get isIdle(): boolean {
    return this.#readyCount + this.#leased.size + this.#delayed.size === 0
  }

  makeReady(entry: TaskEntry): void {
    entry.state = 'ready'
    this.#readyCount++
    if (!entry.queued) this.#enqueue(entry)
  }

  /** The ready tasks that this worker gets next. They stay ready until they are leased, but are not found twice. */
  popReady(worker: string, count: number): TaskEntry[] {
    const best: TaskEntry[] = []
    while (best.length < Math.max(count, affinityWindow)) {
      const entry = this.#queue.pop()
      if (entry === undefined) break
      entry.queued = false
      if (entry.state === 'ready') best.push(entry)
    }
    const window = best.splice(0, affinityWindow)
    const isOwn = (entry: TaskEntry): boolean => entry.madeReadyBy === worker
    const inOrder = [...window.filter(isOwn), ...window.filter((entry) => !isOwn(entry)), ...best]
    for (const entry of inOrder.splice(count)) this.#enqueue(entry)
    return inOrder
  }

  /** Adds a holder to a ready task, or a second one to a leased task. */
  hold(entry: TaskEntry, holder: Holder): void {
    if (entry.holders.length === 0) this.leave(entry)
    entry.holders.push(holder)
    entry.state = 'leased'
    this.#leased.add(entry)
  }

  /** Takes a holder away; with the last one the task is in no state. */
  drop(entry: TaskEntry, holder: Holder): void {
    entry.holders.splice(entry.holders.indexOf(holder), 1)
    if (entry.holders.length === 0) this.leave(entry)
  }

  delay(entry: TaskEntry, retryAt: number): void {
    entry.state = 'delayed'
    entry.retryAt = retryAt
    this.#delayed.add(entry)
  }

  /** Takes an entry out of whatever state it is in. */
  leave(entry: TaskEntry): void {
    if (entry.state === 'ready') this.#readyCount--
    this.#leased.delete(entry)
    this.#delayed.delete(entry)
    entry.state = 'waiting'
  }

  /** Grants whose time is over, in the order of their ends, then of the grants. */
  expired(now: number): { readonly entry: TaskEntry; readonly holder: Holder }[] {
    return [...this.#leased]
      .flatMap((entry) => entry.holders.filter((h) => h.expiresAt <= now).map((holder) => ({ entry, holder })))
      .sort((a, b) => a.holder.expiresAt - b.holder.expiresAt || a.holder.grant - b.holder.grant)
  }

  /** Every lease ends with the run. */
  endLeases(): void {
    this.#leased.clear()
  }

  #enqueue(entry: TaskEntry): void {
    entry.queued = true
    this.#queue.push(entry)
  }
}
