import { beginningOf } from './times.ts'
import type { InvocationFinished, RunEvent, TaskFinished } from './types.ts'

/** One entry of the Trace Event format ("JSON Object Format" of Perfetto and chrome://tracing). Times in microseconds. */
export interface TraceEvent {
  readonly name: string
  /** `X` complete, `C` counter, `i` instant, `M` metadata. */
  readonly ph: 'X' | 'C' | 'i' | 'M'
  readonly ts: number
  readonly dur?: number
  readonly pid: number
  readonly tid: number
  readonly cat?: string
  readonly s?: 'g'
  readonly args?: Readonly<Record<string, unknown>>
}

export interface Trace {
  readonly displayTimeUnit: 'ms'
  readonly traceEvents: readonly TraceEvent[]
}

const RUN = 0
const phases = ['read', 'compute', 'write'] as const
type Phase = (typeof phases)[number]
/** What has rows of its own among those of a worker. */
type RowKind = Phase | 'invocation'

/**
 * The events of a run as a trace. A worker is a process; each of its slots has a row for reading, computing and writing,
 * and one more below it wherever phases of one row overlap, since a row of the format can only nest.
 */
export function traceOf(events: Iterable<RunEvent>): Trace {
  const all = [...events]
  const origin = all.reduce((least, event) => Math.min(least, beginningOf(event)), Infinity)
  const micros = (at: number): number => Math.round((at - origin) * 1000)
  const tasks = all.filter((event) => event.type === 'task')
  const invocations = all.filter((event) => event.type === 'invocation')
  const names = new Set([...invocations, ...tasks].map(({ worker }) => worker))
  const workers = new Map([...names].map((name, at) => [name, at + 1]))
  const rows = new Rows()
  const spans = tasks
    .sort((a, b) => a.computeAt - b.computeAt)
    .flatMap((task) => phases.map((phase) => spanOf(task, phase, workers.get(task.worker) ?? RUN, rows, micros)))
  const calls = invocations
    .sort((a, b) => a.requestedAt - b.requestedAt)
    .map((call) => callOf(call, workers.get(call.worker) ?? RUN, rows, micros))
  return {
    displayTimeUnit: 'ms',
    traceEvents: [
      { name: 'process_name', ph: 'M', ts: 0, pid: RUN, tid: 0, args: { name: 'run' } },
      ...[...workers].map(
        ([name, pid]): TraceEvent => ({ name: 'process_name', ph: 'M', ts: 0, pid, tid: 0, args: { name } }),
      ),
      ...rows.names(),
      ...spans.filter((span) => span !== undefined),
      ...calls,
      ...counters(tasks, workers, micros),
      ...all.flatMap((event) => instant(event, micros)),
    ],
  }
}

function spanOf(
  task: TaskFinished,
  phase: Phase,
  pid: number,
  rows: Rows,
  micros: (at: number) => number,
): TraceEvent | undefined {
  const [from, to] = {
    read: [task.leasedAt, task.readAt],
    compute: [task.computeAt, task.computedAt],
    write: [task.computedAt, task.writtenAt],
  }[phase] as [number, number]
  const ts = micros(from)
  const dur = Math.max(0, micros(to) - ts)
  if (dur === 0 && phase !== 'compute') return undefined
  const { kernel, attempt, counted, bytesRead, bytesWritten, cacheHits, flops } = task
  const seconds = (task.computedAt - task.computeAt) / 1000
  const args = {
    read: { task: task.task, bytesRead, cacheHits },
    compute: { task: task.task, attempt, counted, flops, gflops: seconds > 0 ? flops / seconds / 1e9 : 0 },
    write: { task: task.task, bytesWritten },
  }[phase]
  const name = phase === 'compute' ? kernel : `${phase} ${kernel}`
  return { name, ph: 'X', cat: phase, ts, dur, pid, tid: rows.place(pid, task.slot, phase, ts, ts + dur), args }
}

function callOf(call: InvocationFinished, pid: number, rows: Rows, micros: (at: number) => number): TraceEvent {
  const { type, worker, requestedAt, endedAt, ...args } = call
  const ts = micros(requestedAt)
  const end = micros(endedAt)
  const name = call.outcome === 'answered' ? (call.cold ? 'cold start' : 'invocation') : call.outcome
  return { name, ph: 'X', cat: type, ts, dur: end - ts, pid, tid: rows.place(pid, -1, type, ts, end), args }
}

interface Row {
  readonly pid: number
  readonly tid: number
  readonly name: string
  /** Where it is shown among the rows of its worker. */
  readonly order: number
  /** End of its last span. */
  end: number
}

/** Rows of a worker: spans that overlap go to different ones. */
class Rows {
  readonly #rows = new Map<string, Row>()

  place(pid: number, slot: number, kind: RowKind, from: number, to: number): number {
    for (let depth = 0; ; depth++) {
      const key = `${pid}/${slot}/${kind}/${depth}`
      const row = this.#rows.get(key)
      if (row !== undefined && row.end > from) continue
      if (row !== undefined) {
        row.end = to
        return row.tid
      }
      const tid = this.#rows.size + 1
      const name = `${kind === 'invocation' ? 'invocations' : `slot ${slot} ${kind}`}${depth > 0 ? ` +${depth}` : ''}`
      const order = kind === 'invocation' ? depth - 1000 : (slot * phases.length + phases.indexOf(kind)) * 1000 + depth
      this.#rows.set(key, { pid, tid, name, order, end: to })
      return tid
    }
  }

  *names(): Generator<TraceEvent> {
    for (const { pid, tid, name, order } of this.#rows.values()) {
      yield { name: 'thread_name', ph: 'M', ts: 0, pid, tid, args: { name } }
      yield { name: 'thread_sort_index', ph: 'M', ts: 0, pid, tid, args: { sort_index: order } }
    }
  }
}

function counters(
  tasks: readonly TaskFinished[],
  workers: ReadonlyMap<string, number>,
  micros: (at: number) => number,
): TraceEvent[] {
  const changes = tasks.flatMap((task): { at: number; leased: number; running: number; done: number }[] => [
    { at: task.leasedAt, leased: 1, running: 0, done: 0 },
    { at: task.computeAt, leased: 0, running: 1, done: 0 },
    { at: task.computedAt, leased: 0, running: -1, done: 0 },
    { at: task.completedAt, leased: -1, running: 0, done: task.counted ? 1 : 0 },
  ])
  const levels = { leased: 0, running: 0, done: 0 }
  const counts = changes
    .sort((a, b) => a.at - b.at)
    .map((change): TraceEvent => {
      levels.leased += change.leased
      levels.running += change.running
      levels.done += change.done
      return { name: 'tasks', ph: 'C', ts: micros(change.at), pid: RUN, tid: 0, args: { ...levels } }
    })
  const memory = tasks.map((task): TraceEvent => {
    const args = { MiB: task.cacheBytes / 2 ** 20 }
    return { name: 'memory', ph: 'C', ts: micros(task.completedAt), pid: workers.get(task.worker) ?? RUN, tid: 0, args }
  })
  return [...counts, ...memory]
}

function instant(event: RunEvent, micros: (at: number) => number): TraceEvent[] {
  if (event.type === 'task' || event.type === 'invocation') return []
  const { type, at, ...args } = event
  const name = type === 'tile' ? `tile ${event.what}` : type
  return [{ name, ph: 'i', s: 'g', ts: micros(at), pid: RUN, tid: 0, args }]
}
