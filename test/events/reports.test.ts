import test from 'ava'
import fc from 'fast-check'
import {
  parseEvents,
  type RunEvent,
  statisticsOf,
  type TraceEvent,
  timelineOf,
  traceOf,
} from '../../src/events/index.ts'
import { finished, invocation, started, task } from '../helpers/events.ts'

test('statistics sum up over starts; one that never ended counts until its last event', (t) => {
  const statistics = statisticsOf([
    started(1000),
    task(1010),
    { type: 'tile', what: 'spilled', tile: 'S[0]', bytes: 8, at: 1100 },
    started(5000, { slots: 4, resumed: true }),
    task(5010, { counted: false, cacheBytes: 300 }),
    { type: 'task-failed', task: '0:1', worker: 'w', attempt: 1, at: 5020, tag: 'X', message: '', willRetry: true },
    finished(5200),
  ])
  t.deepEqual(statistics, {
    wallSeconds: 0.3,
    coreSeconds: 1,
    computeSeconds: 0.002,
    tasks: 1,
    attempts: 3,
    bytesRead: 20,
    bytesWritten: 40,
    cacheHits: 2,
    requests: 4,
    writeRequests: 0,
    flops: 2000,
    tilesDropped: 0,
    tilesSpilled: 1,
    tilesLost: 0,
    peakCacheBytes: 300,
    invocations: 0,
    coldStarts: 0,
    invocationsLost: 0,
    throttled: 0,
    billedMs: 0,
    gibSeconds: 0,
    vcpuSeconds: 0,
  })
})

test('core-seconds of workers that come and go are those they held; one that was killed counts until its last task', (t) => {
  const { coreSeconds, wallSeconds } = statisticsOf([
    { ...started(0), slots: 0 },
    { type: 'worker-joined', worker: 'a', slots: 2, at: 1000 },
    { type: 'worker-joined', worker: 'w', slots: 4, at: 1000 },
    { type: 'worker-left', worker: 'a', at: 3000 },
    { ...task(4000), worker: 'w' },
    finished(10_000),
  ])
  const end = task(4000).completedAt
  t.is(coreSeconds, (2 * 2000 + 4 * (end - 1000)) / 1000)
  t.is(wallSeconds, 10)
})

test('invocations add up to what is billed; only those of batches are core-seconds of their own', (t) => {
  const events = [
    { ...started(0), slots: 0 },
    invocation(0, { cold: true, billedMs: 1500 }),
    invocation(0, { outcome: 'throttled', billedMs: 0 }),
    invocation(0, { outcome: 'crashed', billedMs: 500 }),
    invocation(0, { outcome: 'abandoned', billedMs: 1000 }),
    invocation(0, { kind: 'pull', billedMs: 4000, endedAt: 9000 }),
  ]
  const { invocations, coldStarts, invocationsLost, throttled, billedMs, gibSeconds, vcpuSeconds, ...rest } =
    statisticsOf(events)
  t.deepEqual(
    { invocations, coldStarts, invocationsLost, throttled, billedMs, gibSeconds, vcpuSeconds },
    {
      invocations: 4,
      coldStarts: 1,
      invocationsLost: 1,
      throttled: 1,
      billedMs: 7000,
      gibSeconds: 14,
      vcpuSeconds: 10.5,
    },
  )
  t.is(rest.coreSeconds, 4.5)
  t.is(rest.wallSeconds, 9)
  t.deepEqual(parseEvents(events.map((event) => JSON.stringify(event)).join('\n'), 'segment'), events)
})

test('a trace shows invocations in rows of their caller, beside the tasks that it sent', (t) => {
  const { traceEvents } = traceOf([
    started(0),
    invocation(0, { cold: true }),
    invocation(500),
    { ...task(100), worker: 'caller-1' },
  ])
  const spans = traceEvents.filter(({ ph }) => ph === 'X')
  t.deepEqual(new Set(spans.map(({ pid }) => pid)), new Set([1]))
  t.deepEqual(
    spans.filter(({ cat }) => cat === 'invocation').map(({ name }) => name),
    ['cold start', 'invocation'],
  )
  t.is(new Set(spans.map(({ tid }) => tid)).size, 4)
})

test('the timeline counts kernels that run and adds up the working sets of the workers', (t) => {
  const { parallelism, workingSetBytes, tasksDone } = timelineOf([
    started(0),
    task(0, { computeAt: 1000, computedAt: 3000, completedAt: 3000, cacheBytes: 100 }),
    task(1, { computeAt: 2000, computedAt: 4000, completedAt: 4000, cacheBytes: 50, worker: 'v' }),
    task(2, { computeAt: 3000, computedAt: 5000, completedAt: 5000, cacheBytes: 30 }),
    finished(5000),
  ])
  t.deepEqual(parallelism, { seconds: [1, 2, 3, 4, 5], values: [1, 2, 2, 1, 0] })
  t.deepEqual(workingSetBytes, { seconds: [3, 4, 5], values: [100, 150, 80] })
  t.deepEqual(tasksDone, { seconds: [3, 4, 5], values: [1, 2, 3] })
})

const tasks = fc.array(
  fc
    .record({
      worker: fc.constantFrom('a', 'b'),
      slot: fc.nat(2),
      at: fc.double({ min: 0, max: 50, noNaN: true }),
      steps: fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 5, maxLength: 5 }),
    })
    .map(({ worker, slot, at, steps }) => {
      let time = at
      const [readAt, computeAt, computedAt, writtenAt, completedAt] = steps.map((step) => {
        time += step
        return time
      }) as [number, number, number, number, number]
      return task(at, { worker, slot, readAt, computeAt, computedAt, writtenAt, completedAt })
    }),
  { maxLength: 30 },
)

test('a trace is well-formed: no negative time, no two spans of one row overlap, every row and process is named', (t) => {
  fc.assert(
    fc.property(tasks, (list) => {
      const events: RunEvent[] = [started(0), ...list, finished(200)]
      const { traceEvents } = JSON.parse(JSON.stringify(traceOf(events))) as { traceEvents: TraceEvent[] }
      const rows = new Map<string, TraceEvent[]>()
      for (const event of traceEvents) {
        const row = `${event.pid}/${event.tid}`
        if (event.ph === 'X') rows.set(row, [...(rows.get(row) ?? []), event])
      }
      const named = new Set(
        traceEvents.filter(({ name }) => name === 'thread_name').map(({ pid, tid }) => `${pid}/${tid}`),
      )
      for (const event of traceEvents) {
        if (!Number.isInteger(event.ts) || event.ts < 0 || event.name === '') return false
        if (event.ph === 'X' && !(Number.isInteger(event.dur) && event.dur! >= 0)) return false
      }
      for (const [row, spans] of rows) {
        if (!named.has(row)) return false
        spans.sort((x, y) => x.ts - y.ts || x.dur! - y.dur!)
        for (const [at, span] of spans.entries()) {
          const next = spans[at + 1]
          if (next !== undefined && span.ts + span.dur! > next.ts) return false
        }
      }
      const computed = traceEvents.filter(({ cat }) => cat === 'compute').length
      return computed === list.length
    }),
  )
  t.pass()
})

test('a trace counts the tasks that are leased, running and done', (t) => {
  const { traceEvents } = traceOf([started(0), task(1), task(2), finished(9)])
  const counters = traceEvents.filter(({ ph, name }) => ph === 'C' && name === 'tasks')
  t.deepEqual(counters.at(-1)?.args, { leased: 0, running: 0, done: 2 })
})

test('reports of no events are empty, not broken', (t) => {
  t.is(statisticsOf([]).tasks, 0)
  t.deepEqual(timelineOf([]).parallelism, { seconds: [], values: [] })
  t.is(traceOf([]).traceEvents.length, 1)
})
