import { RecentDurations } from '../util/index.ts'
import { DeadlineError } from './errors.ts'
import type { TaskRun } from './task-run.ts'
import { now } from './time.ts'

/** Durations kept per kernel: enough for a median that follows the run. */
const window = 32

/** Longest delay that a timer takes. */
const maxDelayMs = 2 ** 31 - 1

/** How much a worker may still begin before it must be gone, by the median durations of tasks of each kernel so far. */
export class Deadline {
  readonly #deadlineMs: number
  readonly #marginMs: number
  readonly #slots: number
  readonly #recent = new RecentDurations(window)
  #timer: NodeJS.Timeout | undefined

  constructor(options: { readonly deadlineMs: number; readonly marginMs: number; readonly slots: number }) {
    this.#deadlineMs = options.deadlineMs
    this.#marginMs = options.marginMs
    this.#slots = options.slots
  }

  /** Time for work: what is left without the margin. */
  get leftMs(): number {
    return this.#deadlineMs - this.#marginMs - Math.max(now(), Date.now())
  }

  /** @throws DeadlineError when no time for work is left */
  check(): void {
    if (!(this.leftMs > 0)) throw new DeadlineError(this.leftMs + this.#marginMs, this.#marginMs)
  }

  /** Calls back when the time for work is over, and again when all time is. */
  watch(onOver: () => void, onGone: () => void): void {
    this.#at(0, () => {
      onOver()
      this.#at(-this.#marginMs, onGone)
    })
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  /** Learns how long a task took without its waits for a slot. */
  add(kernel: string, ms: number): void {
    this.#recent.add(kernel, ms)
  }

  /** Whether a task of this kernel would end in time if it began now. */
  fits(kernel: string): boolean {
    return this.#typicalMs(kernel) <= this.leftMs
  }

  /** How many more tasks, of the slowest kernel so far, would end in time after those that are held; 0 for none. */
  room(held: Iterable<TaskRun>): number {
    let workMs = 0
    for (const run of held) workMs += Math.max(0, this.#typicalMs(run.kernel.name) - run.computingMs)
    const oneMoreMs = this.#recent.slowestMs()
    const spareMs = this.leftMs - workMs / this.#slots - oneMoreMs
    if (spareMs < 0) return 0
    return oneMoreMs === 0 ? Number.POSITIVE_INFINITY : 1 + Math.floor((spareMs * this.#slots) / oneMoreMs)
  }

  /** A kernel that did not run here yet counts as the slowest that did. */
  #typicalMs(kernel: string): number {
    return this.#recent.medianMs(kernel) ?? this.#recent.slowestMs()
  }

  /** Calls back when `leftMs` of the time for work are left. */
  #at(leftMs: number, callback: () => void): void {
    const delay = this.leftMs - leftMs
    if (delay <= 0) callback()
    else this.#timer = setTimeout(() => this.#at(leftMs, callback), Math.min(delay, maxDelayMs))
  }
}
