import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import type { InvocationFinished, RunEvent } from '../../../src/events/index.ts'
import { type FunctionRequest, PayloadTooLargeError } from '../../../src/providers/function/index.ts'
import { independent } from '../../conformance/coordinator-tools.ts'
import { task as taskEvent } from '../../helpers/events.ts'
import { until } from '../../helpers/until.ts'
import { crash, except, scriptedFunction } from '../helpers/scripted-function.ts'
import { pushed, waves } from './helpers.ts'

function invocations(events: readonly RunEvent[]): InvocationFinished[] {
  return events.filter((event) => event.type === 'invocation')
}

function idsOf(request: FunctionRequest): string[] {
  return request.kind === 'batch' ? request.tasks.map(({ id }) => id) : []
}

test('all tasks are done in batches, and what nobody reads any more is removed', async (t) => {
  const fn = scriptedFunction()
  const { coordinator, events, group, store } = await pushed(fn, waves(20))
  for (let i = 0; i < 20; i++) await store.put(`S/c/${i}`, new Uint8Array(12))
  await group.finished()
  t.deepEqual(await coordinator.outcome(), { state: 'done' })
  t.deepEqual(fn.requests.flatMap(idsOf).sort().length, 40)
  t.true(fn.requests.some((request) => idsOf(request).length > 1))
  t.is(events.events.filter(({ type }) => type === 'tile').length, 20)
  const left: string[] = []
  for await (const { key } of store.list('S/c/')) left.push(key)
  t.deepEqual(left, [])
  t.is(invocations(events.events).length, fn.requests.length)
  const [request] = fn.requests
  t.like(request, { kind: 'batch', run: 'run', round: 'round', store: 'file:///nowhere', slots: 2, checkFinite: true })
})

test('refused for its concurrency it sends less at a time, and everything is done', async (t) => {
  const fn = scriptedFunction({ concurrency: 3, work: () => sleep(5) })
  const { coordinator, events, group } = await pushed(fn, independent(60), { workers: 12 })
  await group.finished()
  t.is((await coordinator.outcome()).state, 'done')
  t.is(fn.peak, 3)
  const throttled = invocations(events.events).filter(({ outcome }) => outcome === 'throttled')
  t.true(throttled.length > 0)
  t.true(throttled.every(({ billedMs }) => billedMs === 0))
  t.deepEqual(
    fn.requests.flatMap(idsOf).sort(),
    independent(60)
      .map((_, i) => `0:${i}`)
      .sort(),
    'each task once',
  )
})

test('invocations that die cost no attempt: their tasks go again in smaller batches', async (t) => {
  let calls = 0
  const sizes = new Map<string, number[]>()
  const fn = scriptedFunction({
    answer(request) {
      for (const id of idsOf(request)) sizes.set(id, [...(sizes.get(id) ?? []), idsOf(request).length])
      return ++calls % 3 === 0 ? crash() : {}
    },
  })
  const { coordinator, events, group } = await pushed(fn, waves(30), { maxAttempts: 1 })
  await group.finished()
  t.is((await coordinator.outcome()).state, 'done')
  t.true([...sizes.values()].every((of) => of.every((size, at) => at === 0 || size <= Math.max(1, of[0]! / 2))))
  t.true(invocations(events.events).some(({ outcome }) => outcome === 'crashed'))
  t.true(
    fn.requests.every((request) => request.kind === 'batch' && request.tasks.every(({ attempt }) => attempt === 1)),
  )
})

test('the one task that kills every invocation is found, and fails the run with what to do', async (t) => {
  const fn = scriptedFunction({
    answer: (request) => (idsOf(request).includes('0:7') ? crash('out-of-memory') : {}),
  })
  const { coordinator, group } = await pushed(fn, independent(16))
  await group.finished()
  const outcome = await coordinator.outcome()
  t.is(outcome.state, 'failed')
  if (outcome.state !== 'failed') return
  t.is(outcome.taskId, '0:7')
  t.regex(outcome.failure.message, /3 times with this task alone, ran out of its 2\.00 GiB of memory.*--memory.*--tile/)
})

test('failures of tasks are the coordinator’s: in passing they are tried again, for the numbers they end the run', async (t) => {
  const passing = { tag: 'StoreUnavailableError', category: 'transient', message: 'no answer' } as const
  const numbers = { tag: 'NotPositiveDefiniteError', category: 'numerical', message: 'minor 3' } as const
  const first = scriptedFunction({
    answer: (request) =>
      request.kind === 'batch'
        ? except(request, Object.fromEntries(request.tasks.filter((x) => x.attempt === 1).map((x) => [x.id, passing])))
        : {},
  })
  const done = await pushed(first, independent(3))
  await done.group.finished()
  t.is((await done.coordinator.outcome()).state, 'done')
  const second = scriptedFunction({ answer: (request) => except(request, { '0:1': numbers }) })
  const failed = await pushed(second, independent(3))
  await failed.group.finished()
  t.like(await failed.coordinator.outcome(), { state: 'failed', taskId: '0:1', failure: numbers })
})

test('a function that cannot work on the run ends it with the reason; one that could not for a moment does not', async (t) => {
  const refused = { tag: 'RunNotFoundError', category: 'input', message: 'there is no run' } as const
  const fn = scriptedFunction({
    answer: (request) => ({ ...except(request, returned(request)), error: refused }),
  })
  const { group } = await pushed(fn, independent(4))
  await t.throwsAsync(() => group.finished(), { message: /scripted cannot work on the run: there is no run/ })
  let calls = 0
  const shaky = scriptedFunction({
    answer: (request) =>
      ++calls > 3 ? {} : { ...except(request, returned(request)), error: { ...refused, category: 'transient' } },
  })
  const run = await pushed(shaky, independent(8))
  await run.group.finished()
  t.is((await run.coordinator.outcome()).state, 'done')
})

test('a task that never fits the time limit fails the run; what was handed back with time left is only sent again', async (t) => {
  const slow = scriptedFunction({
    shape: { timeoutMs: 20 },
    work: () => sleep(15),
    answer: (request) => except(request, { '0:2': 'returned' }),
  })
  const { coordinator, group } = await pushed(slow, independent(4))
  await group.finished()
  const outcome = await coordinator.outcome()
  t.like(outcome, { state: 'failed', taskId: '0:2' })
  if (outcome.state === 'failed') t.regex(outcome.failure.message, /time limit.*--timeout/)
  let calls = 0
  const stopped = scriptedFunction({ answer: (request) => (++calls < 12 ? except(request, returned(request)) : {}) })
  const again = await pushed(stopped, independent(2))
  await again.group.finished()
  t.is((await again.coordinator.outcome()).state, 'done')
})

test('leases are kept while a call takes longer than they last', async (t) => {
  const fn = scriptedFunction({ work: () => sleep(2500) })
  const { coordinator, group } = await pushed(fn, independent(2), { leaseMs: 1000 })
  await group.finished()
  t.is((await coordinator.outcome()).state, 'done')
  t.is(fn.requests.flatMap(idsOf).length, 2)
})

test('events of a function whose clock is wrong are told by ours, and only the coordinator says what counted', async (t) => {
  const HOUR = 3_600_000
  const fn = scriptedFunction({
    clockMs: HOUR,
    answer: (request) => ({
      events: idsOf(request).map((id) => taskEvent(Date.now() + HOUR, { task: id, worker: 'w', counted: false })),
    }),
  })
  const before = Date.now()
  const { events, group } = await pushed(fn, independent(6))
  await group.finished()
  const after = Date.now()
  const tasks = events.events.filter((event) => event.type === 'task')
  t.is(tasks.length, 6)
  for (const { leasedAt, completedAt, counted } of tasks) {
    t.true(counted)
    t.true(leasedAt >= before - 100 && completedAt <= after + 100)
  }
  for (const { requestedAt, receivedAt = 0, answeredAt = 0, endedAt, billedMs, gib = billedMs % 100 } of invocations(
    events.events,
  ) as (InvocationFinished & { gib?: number })[]) {
    t.true(requestedAt <= receivedAt + 0.01 && receivedAt <= answeredAt && answeredAt <= endedAt + 0.01)
    t.is(gib, 0, 'whole steps of 100 ms')
  }
})

test('calls under way when the run has failed are given a moment, then left', async (t) => {
  let aborted = 0
  const numbers = { tag: 'NotPositiveDefiniteError', category: 'numerical', message: 'minor 3' } as const
  const fn = scriptedFunction({
    work: async (request, signal) => {
      if (idsOf(request).includes('0:0')) return
      await until(() => signal?.aborted === true)
      aborted++
    },
    answer: (request) => except(request, { '0:0': numbers }),
  })
  const { coordinator, events, group } = await pushed(fn, independent(4))
  await group.finished()
  t.is((await coordinator.outcome()).state, 'failed')
  t.is(aborted, 1)
  t.is(invocations(events.events).filter(({ outcome }) => outcome === 'abandoned').length, 1)
})

test('drained it takes no new batch and waits for those under way', async (t) => {
  const stop = new AbortController()
  const fn = scriptedFunction({
    work: async () => {
      stop.abort()
      await sleep(20)
    },
  })
  const { coordinator, events, group } = await pushed(fn, independent(40), { signal: stop.signal, workers: 2 })
  await group.finished()
  t.is((await coordinator.outcome()).state, 'running')
  const { done, leased } = await coordinator.counts()
  t.true(done > 0 && done <= 4)
  t.is(leased, 0)
  t.true(invocations(events.events).every(({ outcome }) => outcome === 'answered'))
})

test('what the platform takes too large goes in parts', async (t) => {
  const fn = scriptedFunction({
    shape: { slots: 8 },
    answer: (request) => (idsOf(request).length > 2 ? new PayloadTooLargeError('too large') : {}),
  })
  const { coordinator, events, group } = await pushed(fn, independent(24), { workers: 1, slots: 8 })
  await group.finished()
  t.is((await coordinator.outcome()).state, 'done')
  t.true(invocations(events.events).some(({ outcome }) => outcome === 'too-large'))
})

function returned(request: FunctionRequest): Record<string, 'returned'> {
  return Object.fromEntries(idsOf(request).map((id) => [id, 'returned']))
}

test('a tile that a function misses is told of only when the run has to be planned again for it', async (t) => {
  const lost = { type: 'tile', what: 'lost', tile: 'S[0]', bytes: 8, at: 1 } as const
  const failure = { tag: 'LostTileError', category: 'transient', message: 'gone' } as const
  const missing = { ...failure, lostTile: { matrix: 'S', index: [0] } }
  for (const [isHeld, told] of [
    [true, 1],
    [false, 0],
  ] as const) {
    let coordinator: Awaited<ReturnType<typeof pushed>>['coordinator'] | undefined
    const fn = scriptedFunction({
      async work(request) {
        // Another worker has done the task meanwhile, so that its operand could go.
        if (isHeld || !idsOf(request).includes('0:0')) return
        const [lease] = (await coordinator?.lease('other', { count: 1, waitMs: 10_000 })) ?? []
        if (lease !== undefined) await coordinator?.complete('other', lease)
      },
      answer: (request) =>
        idsOf(request).includes('0:0')
          ? { tasks: [{ id: '0:0', state: 'failed', failure: missing }], events: [lost] }
          : {},
    })
    const run = await pushed(fn, independent(1), { workers: 1, leaseMs: isHeld ? 30_000 : 10 })
    coordinator = run.coordinator
    await run.group.finished()
    t.is((await run.coordinator.outcome()).state, isHeld ? 'failed' : 'done')
    t.is(run.events.events.filter(({ type }) => type === 'tile').length, told)
  }
})
