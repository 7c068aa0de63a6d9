import { beginningOf } from './times.ts'
import type { RunEvent } from './types.ts'

/** A quantity over time: from `seconds[i]` on it is `values[i]`. Seconds count from the run's first event. */
export interface StepSeries {
  readonly seconds: readonly number[]
  readonly values: readonly number[]
}

export interface Timeline {
  /** Kernels that run at the same time. */
  readonly parallelism: StepSeries
  /** Bytes of tiles alive in the workers. */
  readonly workingSetBytes: StepSeries
  /** Tasks whose completion counted, so far. */
  readonly tasksDone: StepSeries
}

/** What a run did over time, for drawing. */
export function timelineOf(events: Iterable<RunEvent>): Timeline {
  const parallelism: [number, number][] = []
  const done: [number, number][] = []
  const cache: { at: number; worker: string; bytes: number }[] = []
  let start = Number.POSITIVE_INFINITY
  for (const event of events) {
    start = Math.min(start, beginningOf(event))
    if (event.type !== 'task') continue
    parallelism.push([event.computeAt, 1], [event.computedAt, -1])
    if (event.counted) done.push([event.completedAt, 1])
    cache.push({ at: event.completedAt, worker: event.worker, bytes: event.cacheBytes })
  }
  return {
    parallelism: accumulate(parallelism, start),
    workingSetBytes: accumulate(changesOf(cache), start),
    tasksDone: accumulate(done, start),
  }
}

/** Each worker's level as changes of the sum over workers. */
function changesOf(levels: { at: number; worker: string; bytes: number }[]): [number, number][] {
  const last = new Map<string, number>()
  return levels
    .sort((a, b) => a.at - b.at)
    .map(({ at, worker, bytes }) => {
      const change = bytes - (last.get(worker) ?? 0)
      last.set(worker, bytes)
      return [at, change]
    })
}

/** Sums changes up in order of time; at one time there is one value. */
function accumulate(changes: [number, number][], start: number): StepSeries {
  const seconds: number[] = []
  const values: number[] = []
  let value = 0
  for (const [at, change] of changes.sort((a, b) => a[0] - b[0])) {
    value += change
    const second = (at - start) / 1000
    if (seconds.at(-1) === second) values[values.length - 1] = value
    else {
      seconds.push(second)
      values.push(value)
    }
  }
  return { seconds, values }
}
