import test from 'ava'
import { distributionOf } from '../../src/compare/distribution.ts'
import { RunMeasurer } from '../../src/compare/measure.ts'
import { spanMeans, spansOf } from '../../src/compare/span-means.ts'
import type { RunEvent } from '../../src/events/index.ts'
import type { RunMeasures } from '../../src/report/index.ts'
import { finished, invocation, started, task } from '../helpers/events.ts'

const nothing = { items: [], total: 0 }

function measure(events: readonly RunEvent[]): RunMeasures {
  const measurer = new RunMeasurer()
  for (const event of events) measurer.add(event)
  return measurer.measures(() => nothing)
}

test('quantiles lie between the values, and none are 0', (t) => {
  const { count, mean, least, p25, p50, p90, most } = distributionOf([40, 10, 30, 20, 50])
  t.deepEqual([count, mean, least, p25, p50, most], [5, 30, 10, 20, 30, 50])
  t.true(Math.abs(p90 - 46) < 1e-9)
  t.is(distributionOf([7]).p99, 7)
  t.deepEqual(Object.values(distributionOf([])), Array(10).fill(0))
})

test('means over spans keep the area, and what lies outside is left out', (t) => {
  const spans = spansOf(1000, 3000)
  const means = spanMeans(
    [
      { from: 500, to: 1500 },
      { from: 1250, to: 9000, count: 2 },
    ],
    spans,
  )
  const area = means.reduce((sum, mean) => sum + mean, 0) * spans.spanMs
  t.true(Math.abs(area - (500 + 2 * 1750)) < 2, String(area))
  t.is(means[0], 1)
  t.is(means.at(-1), 2)
  t.deepEqual(spanMeans([{ from: 1, to: 2 }], spansOf(5, 5)), [])
})

test('the time of a task is split, and what its call took on the way is lease', (t) => {
  const { split, starts } = measure([
    started(0, { slots: 0 }),
    task(100, { readAt: 130, computeAt: 135, computedAt: 235, writtenAt: 255, completedAt: 257 }),
    invocation(10, { cold: true, initMs: 60, receivedAt: 100, answeredAt: 260, endedAt: 270 }),
    invocation(270, { receivedAt: 280, answeredAt: 300, endedAt: 305 }),
    finished(310),
  ])
  t.deepEqual(split, { lease: (90 + 10 + 10 + 5 + 2) / 1000, read: 0.03, wait: 0.005, compute: 0.1, write: 0.02 })
  t.deepEqual([starts.invocations, starts.coldMs.count, starts.coldMs.p50], [2, 1, 90])
  t.deepEqual([starts.warmMs.count, starts.warmMs.p50, starts.initMs.p50], [1, 10, 60])
})

test('latency and bandwidth of the store are those of single calls', (t) => {
  const { store } = measure([
    started(0),
    task(0, {
      bytesRead: 4000,
      requests: 3,
      writeRequests: 1,
      readMs: [1, 3],
      writeMs: [5],
      bytesWritten: 1000,
      completedAt: 1000,
    }),
    finished(1000),
  ])
  t.deepEqual([store.requests, store.reads, store.writes], [3, 2, 1])
  t.deepEqual([store.readMs.count, store.readMs.p50, store.readMs.most], [2, 2, 3])
  t.is(store.readRate.most, 2_000_000)
  t.is(store.writeRate.p50, 200_000)
  t.is(store.bytesPerSecond, 5000)
})

test('what failed is counted by its kind; what the platform did not admit is no call', (t) => {
  const failed = { type: 'task-failed', task: '0:1', worker: 'w', attempt: 1, at: 5, message: 'm' } as const
  const { failures, starts, timeline } = measure([
    started(0, { slots: 0 }),
    { ...failed, tag: 'StoreError', willRetry: true },
    { ...failed, tag: 'StoreError', willRetry: false },
    invocation(1, { outcome: 'throttled', billedMs: 0 }),
    invocation(2, { outcome: 'timed-out' }),
    { type: 'tile', what: 'lost', tile: 'L[0]', bytes: 1, at: 6 },
    { type: 'worker-crashed', process: 1, at: 7, message: 'killed', restarted: true },
    finished(200),
  ])
  t.deepEqual(failures, {
    tasks: 2,
    retried: 1,
    workersCrashed: 1,
    kinds: { StoreError: 2 },
    tilesLost: 1,
    throttled: 1,
    unanswered: { 'timed-out': 1 },
  })
  t.is(starts.invocations, 1)
  t.is(starts.coldMs.count + starts.warmMs.count, 0)
  t.is(Math.max(...timeline.workers), 1)
})

test('workers are those that hold slots, pull, or answer calls', (t) => {
  const held = measure([started(0, { slots: 3 }), finished(100)])
  t.true(held.timeline.workers.every((count) => count === 3))
  const pulling = measure([
    started(0, { slots: 0 }),
    { type: 'worker-joined', worker: 'a', slots: 2, at: 0 },
    { type: 'worker-left', worker: 'a', at: 50 },
    invocation(0, { kind: 'pull', worker: 'a', receivedAt: 1, endedAt: 60 }),
    finished(100),
  ])
  t.is(pulling.timeline.workers[0], 1)
  t.is(pulling.timeline.workers.at(-1), 0)
})

test('a run without events has no measures, and breaks nothing', (t) => {
  const { timeline, efficiency, store } = measure([])
  t.deepEqual(timeline, { spanSeconds: 0, workers: [], starting: [], kernels: [] })
  t.is(efficiency, 0)
  t.is(store.bytesPerSecond, 0)
})
