import { InvocationTotals } from './invocation-totals.ts'
import type { RunEvent, TaskFinished } from './types.ts'

/** What a run took, summed over all its starts. Times in seconds, sizes in bytes. */
export interface RunStatistics {
  readonly wallSeconds: number
  /**
   * Slots held times the time they were held, busy or not; of a worker that was killed, until the last it is known to have done.
   * Of functions that were sent batches of tasks: their vCPUs times the time that is billed.
   */
  readonly coreSeconds: number
  /** Time that kernels ran. */
  readonly computeSeconds: number
  /** Tasks whose completion counted. */
  readonly tasks: number
  /** Tries, counted or not, that ended: the finished and the failed. */
  readonly attempts: number
  readonly bytesRead: number
  readonly bytesWritten: number
  readonly cacheHits: number
  /** Calls of the store for tiles. */
  readonly requests: number
  /** Of these, those that wrote, as far as they are told apart. */
  readonly writeRequests: number
  readonly flops: number
  readonly tilesDropped: number
  readonly tilesSpilled: number
  readonly tilesLost: number
  /** Most bytes of tiles alive in a worker at the end of a task. */
  readonly peakCacheBytes: number
  /** Invocations of functions that ran, however they ended. */
  readonly invocations: number
  /** Of these, those for which a sandbox had to begin. */
  readonly coldStarts: number
  /** Of these, those that ended without an answer. */
  readonly invocationsLost: number
  /** Invocations that the platform did not admit. */
  readonly throttled: number
  /** Time of functions as their platform bills it, in ms; and times the memory and the vCPUs of their sandboxes. */
  readonly billedMs: number
  readonly gibSeconds: number
  readonly vcpuSeconds: number
}

/** Sums up the events of a run; a start that never said how it ended counts until its last event. */
export function statisticsOf(events: Iterable<RunEvent>): RunStatistics {
  const totals = new RunTotals()
  for (const event of events) totals.add(event)
  return totals.statistics()
}

/** Slots held from one time until another. */
interface Span {
  readonly slots: number
  readonly from: number
  to: number
}

/** Adds up events as they come, in memory for the workers that are there and no more. */
export class RunTotals {
  #span: Span | undefined
  /** Workers that joined and have not left. */
  readonly #workers = new Map<string, Span>()
  #wallMs = 0
  #coreMs = 0
  #computeMs = 0
  #tasks = 0
  #attempts = 0
  #bytesRead = 0
  #bytesWritten = 0
  #cacheHits = 0
  #requests = 0
  #writeRequests = 0
  #flops = 0
  #peakCacheBytes = 0
  readonly #invocations = new InvocationTotals()
  readonly #tiles = { dropped: 0, spilled: 0, lost: 0 }

  add(event: RunEvent): void {
    switch (event.type) {
      case 'run-started':
        this.#endSpan()
        this.#span = { slots: event.slots, from: event.at, to: event.at }
        break
      case 'worker-joined':
        this.#leave(event.worker)
        this.#workers.set(event.worker, { slots: event.slots, from: event.at, to: event.at })
        break
      case 'worker-left':
        this.#reach(event.at, event.worker)
        this.#leave(event.worker)
        break
      case 'task':
        this.#addTask(event)
        break
      case 'task-failed':
        this.#attempts++
        this.#reach(event.at, event.worker)
        break
      case 'tile':
        this.#tiles[event.what]++
        this.#reach(event.at)
        break
      case 'invocation':
        this.#invocations.add(event)
        this.#reach(event.endedAt)
        break
      case 'run-finished':
        this.#reach(event.at)
        this.#endSpan()
    }
  }

  statistics(): RunStatistics {
    const open = this.#span ? this.#span.to - this.#span.from : 0
    return {
      wallSeconds: (this.#wallMs + open) / 1000,
      coreSeconds:
        (this.#coreMs + open * (this.#span?.slots ?? 0) + this.#heldMs()) / 1000 + this.#invocations.batchVcpuSeconds,
      computeSeconds: this.#computeMs / 1000,
      tasks: this.#tasks,
      attempts: this.#attempts,
      bytesRead: this.#bytesRead,
      bytesWritten: this.#bytesWritten,
      cacheHits: this.#cacheHits,
      requests: this.#requests,
      writeRequests: this.#writeRequests,
      flops: this.#flops,
      tilesDropped: this.#tiles.dropped,
      tilesSpilled: this.#tiles.spilled,
      tilesLost: this.#tiles.lost,
      peakCacheBytes: this.#peakCacheBytes,
      ...this.#invocations.statistics(),
    }
  }

  #addTask(event: TaskFinished): void {
    this.#attempts++
    if (event.counted) this.#tasks++
    this.#computeMs += event.computedAt - event.computeAt
    this.#bytesRead += event.bytesRead
    this.#bytesWritten += event.bytesWritten
    this.#cacheHits += event.cacheHits
    this.#requests += event.requests
    this.#writeRequests += event.writeRequests ?? 0
    this.#flops += event.flops
    this.#peakCacheBytes = Math.max(this.#peakCacheBytes, event.cacheBytes)
    this.#reach(event.completedAt, event.worker)
  }

  #reach(at: number, worker?: string): void {
    if (this.#span) this.#span.to = Math.max(this.#span.to, at)
    const held = worker === undefined ? undefined : this.#workers.get(worker)
    if (held) held.to = Math.max(held.to, at)
  }

  #leave(worker: string): void {
    const held = this.#workers.get(worker)
    if (held) this.#coreMs += coreMs(held)
    this.#workers.delete(worker)
  }

  #heldMs(): number {
    return [...this.#workers.values()].reduce((sum, held) => sum + coreMs(held), 0)
  }

  #endSpan(): void {
    if (!this.#span) return
    const ms = this.#span.to - this.#span.from
    this.#wallMs += ms
    this.#coreMs += ms * this.#span.slots
    this.#span = undefined
  }
}

function coreMs({ slots, from, to }: Span): number {
  return slots * (to - from)
}
