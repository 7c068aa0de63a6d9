import {
  type InvocationFinished,
  type RunEvent,
  type RunStatistics,
  RunTotals,
  type TaskFinished,
} from '../events/index.ts'
import type { Money, RunMeasures, TimeSplit } from '../report/index.ts'
import { distributionOf } from './distribution.ts'
import { type Interval, spanMeans, spansOf } from './span-means.ts'

/** Adds up what the events of one run say, stages included, as they come. */
export class RunMeasurer {
  readonly #totals = new RunTotals()
  readonly #split = { lease: 0, read: 0, wait: 0, compute: 0, write: 0 }
  readonly #coldMs: number[] = []
  readonly #warmMs: number[] = []
  readonly #initMs: number[] = []
  readonly #readMs: number[] = []
  readonly #writeMs: number[] = []
  readonly #readRates: number[] = []
  readonly #writeRates: number[] = []
  readonly #failures = { tasks: 0, retried: 0, workersCrashed: 0 }
  readonly #kinds: Record<string, number> = {}
  readonly #unanswered: Record<string, number> = {}
  readonly #kernels: Interval[] = []
  readonly #calls: Interval[] = []
  readonly #starting: Interval[] = []
  readonly #held: Interval[] = []
  readonly #joined = new Map<string, number>()
  #started: { readonly at: number; readonly slots: number } | undefined
  #first = Number.POSITIVE_INFINITY
  #last = 0

  add(event: RunEvent): void {
    this.#totals.add(event)
    switch (event.type) {
      case 'run-started':
        this.#started = { at: event.at, slots: event.slots }
        this.#reach(event.at)
        break
      case 'run-finished':
        this.#reach(event.at)
        this.#endStart(event.at)
        break
      case 'worker-joined':
        this.#joined.set(event.worker, event.at)
        break
      case 'worker-left':
        this.#leave(event.worker, event.at)
        break
      case 'worker-crashed':
        this.#failures.workersCrashed++
        break
      case 'task':
        this.#addTask(event)
        break
      case 'task-failed':
        this.#failures.tasks++
        if (event.willRetry) this.#failures.retried++
        count(this.#kinds, event.tag)
        this.#reach(event.at)
        break
      case 'invocation':
        this.#addInvocation(event)
    }
  }

  /** @param moneyOf the bill for what was used */
  measures(moneyOf: (used: RunStatistics) => Money): RunMeasures {
    for (const worker of [...this.#joined.keys()]) this.#leave(worker, this.#last)
    this.#endStart(this.#last)
    const used = this.#totals.statistics()
    const { wallSeconds, coreSeconds, computeSeconds, tasks, attempts, flops, bytesRead, bytesWritten } = used
    const spans = spansOf(Math.min(this.#first, this.#last), this.#last)
    return {
      wallSeconds,
      coreSeconds,
      computeSeconds,
      efficiency: coreSeconds > 0 ? computeSeconds / coreSeconds : 0,
      tasks,
      attempts,
      flops,
      split: seconds(this.#split),
      starts: {
        invocations: used.invocations,
        coldMs: distributionOf(this.#coldMs),
        warmMs: distributionOf(this.#warmMs),
        initMs: distributionOf(this.#initMs),
      },
      store: {
        requests: used.requests,
        reads: used.requests - used.writeRequests,
        writes: used.writeRequests,
        bytesRead,
        bytesWritten,
        readMs: distributionOf(this.#readMs),
        writeMs: distributionOf(this.#writeMs),
        readRate: distributionOf(this.#readRates),
        writeRate: distributionOf(this.#writeRates),
        bytesPerSecond: wallSeconds > 0 ? (bytesRead + bytesWritten) / wallSeconds : 0,
      },
      failures: {
        ...this.#failures,
        kinds: this.#kinds,
        tilesLost: used.tilesLost,
        throttled: used.throttled,
        unanswered: this.#unanswered,
      },
      money: moneyOf(used),
      timeline: {
        spanSeconds: spans.spanMs / 1000,
        workers: spanMeans([...this.#held, ...this.#calls], spans),
        starting: spanMeans(this.#starting, spans),
        kernels: spanMeans(this.#kernels, spans),
      },
    }
  }

  #addTask(task: TaskFinished): void {
    const { leasedAt, readAt, computeAt, computedAt, writtenAt, completedAt, readMs = [], writeMs = [] } = task
    this.#split.lease += completedAt - writtenAt
    this.#split.read += readAt - leasedAt
    this.#split.wait += computeAt - readAt
    this.#split.compute += computedAt - computeAt
    this.#split.write += writtenAt - computedAt
    this.#kernels.push({ from: computeAt, to: computedAt })
    addCalls(readMs, task.bytesRead, this.#readMs, this.#readRates)
    addCalls(writeMs, task.bytesWritten, this.#writeMs, this.#writeRates)
    this.#reach(leasedAt)
    this.#reach(completedAt)
  }

  #addInvocation(call: InvocationFinished): void {
    const { kind, outcome, cold, initMs, requestedAt, receivedAt, answeredAt, endedAt } = call
    if (outcome === 'throttled') return
    this.#reach(requestedAt)
    this.#reach(endedAt)
    if (outcome !== 'answered') count(this.#unanswered, outcome)
    if (kind === 'batch') this.#calls.push({ from: receivedAt ?? requestedAt, to: answeredAt ?? endedAt })
    if (receivedAt === undefined) return
    this.#starting.push({ from: requestedAt, to: receivedAt })
    const startMs = Math.max(0, receivedAt - requestedAt)
    if (cold) this.#coldMs.push(startMs)
    else this.#warmMs.push(startMs)
    if (cold && initMs !== undefined) this.#initMs.push(initMs)
    if (kind === 'batch') this.#split.lease += startMs + Math.max(0, endedAt - (answeredAt ?? endedAt))
  }

  #leave(worker: string, at: number): void {
    const from = this.#joined.get(worker)
    if (from !== undefined) this.#held.push({ from, to: at })
    this.#joined.delete(worker)
  }

  /** Slots that are held from the start to the end of a run are workers in its picture. */
  #endStart(at: number): void {
    if (this.#started) this.#held.push({ from: this.#started.at, to: at, count: this.#started.slots })
    this.#started = undefined
  }

  #reach(at: number): void {
    this.#first = Math.min(this.#first, at)
    this.#last = Math.max(this.#last, at)
  }
}

/** Calls of the store by one task: how long each took, and its bytes by that time. */
function addCalls(callsMs: readonly number[], bytes: number, times: number[], rates: number[]): void {
  for (const ms of callsMs) {
    times.push(ms)
    if (ms > 0) rates.push((1000 * bytes) / callsMs.length / ms)
  }
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}

function seconds(ms: TimeSplit): TimeSplit {
  const { lease, read, wait, compute, write } = ms
  const of = (value: number): number => Math.max(0, value) / 1000
  return { lease: of(lease), read: of(read), wait: of(wait), compute: of(compute), write: of(write) }
}
