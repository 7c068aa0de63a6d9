import type { DeployedFunction } from '../function/index.ts'

/** A batch should last at least so long: what an invocation costs beside the work is then small. */
const LEAST_MS = 1000
/** And so many times what the invocations cost beside the work. */
const OVERHEADS = 20
/** The largest part of the time limit that is planned for. */
const SHARE_OF_LIMIT = 1 / 4
/** Tasks that are worth the bytes of one message, at most. */
const MOST_TASKS = 1000
/** In JSON, a task with its name and attempt; in the answer with its events. */
const REQUEST_BYTES_PER_TASK = 400
const ANSWER_BYTES_PER_TASK = 3000
/** Weight of the latest measurement. */
const NEWS = 0.3

/** How many tasks go into a batch, by how long the last ones took. */
export class BatchSize {
  readonly #slots: number
  readonly #most: number
  readonly #longestMs: number
  #taskMs: number | undefined
  #overheadMs = 0

  constructor({ shape, facts: { limits } }: DeployedFunction, slots: number) {
    this.#slots = slots
    this.#longestMs = shape.timeoutMs * SHARE_OF_LIMIT
    const bytes = Math.min(limits.requestBytes / REQUEST_BYTES_PER_TASK, limits.answerBytes / ANSWER_BYTES_PER_TASK)
    this.#most = Math.max(1, Math.min(MOST_TASKS, Math.floor(bytes)))
  }

  /**
   * Never fewer than a sandbox computes at the same time: it is paid for whole.
   * @param ready tasks that can be begun now @param callers who share them
   */
  next(ready: number, callers: number): number {
    const share = Math.ceil(ready / callers)
    return Math.min(this.#most, Math.max(this.#slots, Math.min(share, this.#byTime())))
  }

  /** A batch was answered. @param workMs in the function @param totalMs as its caller saw it, but for the start of a sandbox */
  measured(tasks: number, workMs: number, totalMs: number): void {
    const taskMs = workMs / tasks
    const overheadMs = Math.max(0, totalMs - workMs)
    const isFirst = this.#taskMs === undefined
    this.#taskMs = isFirst ? taskMs : this.#taskMs! + (taskMs - this.#taskMs!) * NEWS
    this.#overheadMs = isFirst ? overheadMs : this.#overheadMs + (overheadMs - this.#overheadMs) * NEWS
  }

  #byTime(): number {
    if (this.#taskMs === undefined) return this.#slots
    const wanted = Math.min(this.#longestMs, Math.max(LEAST_MS, this.#overheadMs * OVERHEADS))
    return Math.floor(wanted / Math.max(this.#taskMs, 0.1))
  }
}
