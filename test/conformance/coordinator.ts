import type { TestFn } from 'ava'
import { tileId } from '../../src/lambdapack/index.ts'
import type { FailureRecord } from '../../src/scheduler/index.ts'
import type { ExplicitTask } from '../helpers/explicit-program.ts'
import { affinityConformance } from './coordinator-affinity.ts'
import {
  type CoordinatorHarness,
  type HarnessOptions,
  ids,
  independent,
  one,
  starter,
  taskIds,
} from './coordinator-tools.ts'
import { unstoredConformance } from './coordinator-unstored.ts'

export type { CoordinatorHarness, HarnessOptions } from './coordinator-tools.ts'

export const transient: FailureRecord = { tag: 'StoreUnavailableError', category: 'transient', message: 'no answer' }
export const numerical: FailureRecord = { tag: 'NotPositiveDefiniteError', category: 'numerical', message: 'minor 3' }

/** a -> (b, c) -> d; e stands alone. S holds intermediates. */
const diamond: readonly ExplicitTask[] = [
  { vars: [0], kernel: 'a', reads: ['I[0]'], writes: ['S[0]'] },
  { vars: [1], kernel: 'b', reads: ['S[0]'], writes: ['S[1]'] },
  { vars: [2], kernel: 'c', reads: ['S[0]', 'S[0]', '?S[9]'], writes: ['S[2]'] },
  { vars: [3], kernel: 'd', reads: ['S[1]', 'S[2]', 'I[0]'], writes: ['O[0]'] },
  { vars: [4], kernel: 'e', reads: ['I[0]'], writes: ['S[4]'] },
]

/** Every rule of the Coordinator contract, on one implementation. */
export function coordinatorConformance(
  test: TestFn,
  name: string,
  open: (options: HarnessOptions) => Promise<CoordinatorHarness>,
): void {
  const start = starter(open)
  affinityConformance(test, name, start)
  unstoredConformance(test, name, start)

  test(`${name}: hands out tasks only when their parents are done`, async (t) => {
    const { coordinator } = await start(diamond)
    const [a, e, ...none] = await coordinator.lease('w', { count: 9 })
    t.deepEqual([a?.id, e?.id, none.length], ['0:0', '0:4', 0])
    const afterA = await coordinator.complete('w', a!)
    t.true(afterA.counted)
    t.deepEqual(taskIds(afterA.ready), ['0:1', '0:2'])
    const [b, c] = await coordinator.lease('w', { count: 9 })
    t.deepEqual(taskIds((await coordinator.complete('w', c!)).ready), [])
    t.deepEqual(await coordinator.counts(), { total: 5, ready: 0, leased: 2, done: 2 })
    t.deepEqual(taskIds((await coordinator.complete('w', b!)).ready), ['0:3'])
    await coordinator.complete('w', await one(coordinator))
    t.deepEqual(await coordinator.outcome(), { state: 'running' })
    await coordinator.complete('w', e!)
    t.deepEqual(await coordinator.finished(), { state: 'done' })
    t.deepEqual(await coordinator.counts(), { total: 5, ready: 0, leased: 0, done: 5 })
  })

  test(`${name}: says which intermediate tiles are dead and which reads are the last`, async (t) => {
    const { coordinator } = await start(diamond)
    const [a, e] = await coordinator.lease('w', { count: 2 })
    t.deepEqual((await coordinator.complete('w', e!)).dead.map(tileId), ['S[4]'], 'a tile without readers')
    t.deepEqual((await coordinator.complete('w', a!)).dead, [])
    const b = await one(coordinator)
    t.deepEqual(b.soleReads, [], 'c reads it too')
    t.deepEqual((await coordinator.complete('w', b)).dead, [])
    const c = await one(coordinator)
    t.deepEqual(c.soleReads, [], 'c is the last reader, but reads the tile at two positions')
    t.deepEqual((await coordinator.complete('w', c)).dead.map(tileId), ['S[0]'])
    const d = await one(coordinator)
    t.deepEqual(d.soleReads, [0, 1, 2], 'an input counts too')
    t.deepEqual((await coordinator.complete('w', d)).dead.map(tileId).sort(), ['S[1]', 'S[2]'])
  })

  test(`${name}: does only what is to do, and counts readers among it`, async (t) => {
    const { coordinator } = await start(diamond, { todo: new Set(['0:2', '0:3']) })
    t.deepEqual(await coordinator.counts(), { total: 2, ready: 1, leased: 0, done: 0 })
    const c = await one(coordinator)
    t.is(c.id, '0:2')
    t.deepEqual((await coordinator.complete('w', c)).dead.map(tileId), ['S[0]'], 'b was done before')
    const d = await one(coordinator)
    t.deepEqual(d.soleReads, [0, 1, 2], 'an input counts too')
    await coordinator.complete('w', d)
    t.is((await coordinator.finished()).state, 'done')
  })

  test(`${name}: a run with nothing to do is done at once`, async (t) => {
    const { coordinator } = await start(diamond, { todo: new Set() })
    t.deepEqual(await coordinator.finished(), { state: 'done' })
    t.deepEqual(await coordinator.lease('w', { count: 1, waitMs: 60_000 }), [])
  })

  test(`${name}: by default the task with the longest path ahead goes first`, async (t) => {
    const { coordinator } = await start([...diamond].reverse())
    t.deepEqual(ids(await coordinator.lease('w', { count: 1 })), ['0:0'])
  })

  test(`${name}: larger priorities first, then program order`, async (t) => {
    const priorities = new Map([
      ['0:3', 5],
      ['0:1', 5],
      ['0:4', 9],
    ])
    const { coordinator } = await start(independent(6), { priorities })
    const leases = await coordinator.lease('w', { count: 9 })
    t.deepEqual(ids(leases), ['0:4', '0:1', '0:3', '0:0', '0:2', '0:5'])
    t.deepEqual(
      leases.map((l) => l.priority),
      [9, 5, 5, 0, 0, 0],
    )
  })

  test(`${name}: preferred tasks first, while they are ready`, async (t) => {
    const { coordinator } = await start(independent(4))
    const prefer = [2, 7].map((i) => ({ statement: 0, vars: [i] }))
    t.deepEqual(ids(await coordinator.lease('w', { count: 2, prefer })), ['0:2', '0:0'])
    t.deepEqual(ids(await coordinator.lease('w', { count: 9, prefer })), ['0:1', '0:3'])
  })

  test(`${name}: a completion counts once`, async (t) => {
    const { coordinator } = await start(independent(2))
    const lease = await one(coordinator)
    t.true((await coordinator.complete('w', lease)).counted)
    t.deepEqual(await coordinator.complete('w', lease), {
      counted: false,
      ready: [],
      dead: [],
      publish: [],
      leases: [],
    })
    t.is((await coordinator.counts()).done, 1)
  })

  test(`${name}: the completion of another's lease or of an invented one does not count`, async (t) => {
    const { coordinator } = await start(independent(1))
    const lease = await one(coordinator)
    t.false((await coordinator.complete('thief', lease)).counted)
    t.false((await coordinator.complete('w', { ...lease, token: 'invented' })).counted)
    t.true((await coordinator.complete('w', lease)).counted)
  })

  test(`${name}: a lease that is not renewed goes to another worker, and its holder hears of it`, async (t) => {
    const { coordinator, advance } = await start(independent(1))
    const first = await one(coordinator, 'slow')
    await advance(600)
    t.deepEqual(await coordinator.renew('slow', [first]), [])
    await advance(600)
    t.deepEqual(await coordinator.lease('other', { count: 1 }), [], 'renewed, so still held')
    await advance(600)
    const second = await one(coordinator, 'other')
    t.is(second.id, first.id)
    t.not(second.token, first.token)
    t.is(second.attempt, 2)
    t.deepEqual(await coordinator.renew('slow', [first]), [first.id])
    t.false((await coordinator.complete('slow', first)).counted, 'it belongs to another now')
    t.deepEqual(await coordinator.fail('slow', first, numerical), { willRetry: false })
    t.is((await coordinator.outcome()).state, 'running', 'a lost lease fails nothing')
    t.true((await coordinator.complete('other', second)).counted)
    t.is((await coordinator.finished()).state, 'done')
  })

  test(`${name}: a late completion counts while nobody else holds the task`, async (t) => {
    const { coordinator, advance } = await start(independent(1))
    const lease = await one(coordinator)
    await advance(1500)
    t.deepEqual(await coordinator.renew('w', [lease]), [lease.id])
    t.true((await coordinator.complete('w', lease)).counted)
    t.false((await coordinator.complete('w', lease)).counted)
    t.deepEqual(await coordinator.counts(), { total: 1, ready: 0, leased: 0, done: 1 })
  })

  test(`${name}: workers that vanish again and again exhaust a task`, async (t) => {
    const { coordinator, advance } = await start(independent(1), { maxAttempts: 2 })
    for (const worker of ['a', 'b']) {
      await one(coordinator, worker)
      await advance(1100)
    }
    const outcome = await coordinator.finished()
    if (outcome.state !== 'failed') return t.fail(outcome.state)
    t.is(outcome.failure.tag, 'TaskExhaustedError')
    t.regex(outcome.failure.message, /task 0:0 \(k\) failed 2 times, .*worker b did not renew/)
    t.is(outcome.attempts, 2)
  })

  test(`${name}: a transient failure is tried again after a growing pause, then ends the run`, async (t) => {
    const { coordinator, advance } = await start(independent(1))
    t.deepEqual(await coordinator.fail('w', await one(coordinator), transient), { willRetry: true })
    t.deepEqual(await coordinator.lease('w', { count: 1 }), [])
    await advance(101)
    const second = await one(coordinator)
    t.is(second.attempt, 2)
    t.true((await coordinator.fail('w', second, transient)).willRetry)
    await advance(99)
    t.deepEqual(await coordinator.lease('w', { count: 1 }), [], 'the pause has doubled')
    await advance(102)
    t.deepEqual(await coordinator.fail('w', await one(coordinator), transient), { willRetry: false })
    const outcome = await coordinator.finished()
    if (outcome.state !== 'failed') return t.fail(outcome.state)
    t.is(outcome.taskId, '0:0')
    t.is(outcome.attempts, 3)
    t.like(outcome.failure, { tag: 'TaskExhaustedError', category: 'fatal' })
    t.regex(outcome.failure.message, /failed 3 times, the last time with StoreUnavailableError: no answer/)
  })

  for (const category of ['numerical', 'fatal', 'input'] as const)
    test(`${name}: a ${category} failure ends the run at once`, async (t) => {
      const { coordinator } = await start(independent(3))
      const [first, second] = await coordinator.lease('w', { count: 2 })
      const failure = { ...numerical, category }
      t.deepEqual(await coordinator.fail('w', first!, failure), { willRetry: false })
      t.deepEqual(await coordinator.finished(), { state: 'failed', taskId: '0:0', failure, attempts: 1 })
      t.deepEqual(await coordinator.lease('w', { count: 1 }), [])
      t.deepEqual(await coordinator.renew('w', [second!]), ['0:1'])
      t.false((await coordinator.complete('w', second!)).counted)
    })

  test(`${name}: a lost tile ends the run with its record, whatever the category`, async (t) => {
    const { coordinator } = await start(independent(1))
    const failure = { ...transient, lostTile: { matrix: 'S', index: [1, 2] } }
    await coordinator.fail('w', await one(coordinator), failure)
    t.like(await coordinator.finished(), { state: 'failed', failure })
  })

  test(`${name}: a released task is ready again at no cost in attempts`, async (t) => {
    const { coordinator } = await start(independent(1))
    const lease = await one(coordinator)
    await coordinator.release('w', [lease])
    t.deepEqual(await coordinator.counts(), { total: 1, ready: 1, leased: 0, done: 0 })
    t.false((await coordinator.complete('w', lease)).counted)
    t.is((await one(coordinator)).attempt, 1)
  })

  test(`${name}: cancelling ends the run and sends waiting workers away`, async (t) => {
    const { coordinator } = await start(independent(1))
    const lease = await one(coordinator)
    const waiting = coordinator.lease('v', { count: 1, waitMs: 60_000 })
    await coordinator.cancel()
    t.deepEqual(await waiting, [])
    t.deepEqual(await coordinator.finished(), { state: 'cancelled' })
    t.deepEqual(await coordinator.renew('w', [lease]), [lease.id])
    t.false((await coordinator.complete('w', lease)).counted)
    await coordinator.cancel()
    t.deepEqual(await coordinator.outcome(), { state: 'cancelled' })
  })

  test(`${name}: a waiting call gets work as soon as there is some`, async (t) => {
    const { coordinator, advance } = await start(diamond)
    const [a, e] = await coordinator.lease('w', { count: 2 })
    const waiting = coordinator.lease('v', { count: 2, waitMs: 60_000 })
    await coordinator.complete('w', a!)
    t.deepEqual(ids(await waiting), ['0:1', '0:2'])
    const again = coordinator.lease('v', { count: 1, waitMs: 500 })
    await advance(600)
    t.deepEqual(await again, [], 'the wait is over')
    const last = coordinator.lease('v', { count: 1, waitMs: 60_000 })
    await coordinator.fail('w', e!, transient)
    await advance(500)
    t.deepEqual(ids(await last), ['0:4'], 'woken by the retry')
  })

  test(`${name}: a waiting call ends with its signal`, async (t) => {
    const { coordinator } = await start(independent(1))
    await one(coordinator)
    const controller = new AbortController()
    const waiting = coordinator.lease('v', { count: 1, waitMs: 60_000, signal: controller.signal })
    controller.abort()
    t.deepEqual(await waiting, [])
  })

  test(`${name}: the worker that made tasks ready is served before others that wait`, async (t) => {
    const { coordinator } = await start(diamond)
    const [a] = await coordinator.lease('w', { count: 2 })
    const other = coordinator.lease('v', { count: 1, waitMs: 60_000 })
    const own = coordinator.lease('w', { count: 1, waitMs: 60_000 })
    await coordinator.complete('w', a!)
    t.deepEqual(ids(await own), ['0:1'])
    t.deepEqual(ids(await other), ['0:2'])
  })

  test(`${name}: a straggler gets one backup on another worker, and the first to finish counts`, async (t) => {
    const stragglers = { factor: 3, minSamples: 3, minMs: 50 }
    const { coordinator, advance } = await start(independent(4), { stragglers, leaseMs: 60_000 })
    for (let i = 0; i < 3; i++) {
      const lease = await one(coordinator, 'quick')
      await advance(100)
      await coordinator.complete('quick', lease)
    }
    const slow = await one(coordinator, 'slow')
    await advance(250)
    t.deepEqual(await coordinator.lease('quick', { count: 1 }), [], 'not slow yet')
    const waiting = coordinator.lease('quick', { count: 2, waitMs: 60_000 })
    await advance(100)
    const [backup, ...more] = await waiting
    t.deepEqual(more, [])
    t.like(backup, { id: slow.id, backup: true, soleReads: [] })
    t.deepEqual(await coordinator.lease('third', { count: 1 }), [], 'one backup is enough')
    t.true((await coordinator.complete('quick', backup!)).counted)
    t.false((await coordinator.complete('slow', slow)).counted)
    t.deepEqual(await coordinator.finished(), { state: 'done' })
  })

  for (const failure of [
    transient,
    { ...numerical, category: 'fatal', lostTile: { matrix: 'S', index: [1] } } as const,
  ])
    test(`${name}: ${failure.tag} of one of two holders leaves the task to the other`, async (t) => {
      const stragglers = { factor: 1, minSamples: 1, minMs: 10 }
      const { coordinator, advance } = await start(independent(2), { stragglers, leaseMs: 60_000 })
      await coordinator.complete('quick', await one(coordinator, 'quick'))
      const slow = await one(coordinator, 'slow')
      await advance(50)
      const backup = await one(coordinator, 'quick')
      t.true(backup.backup)
      t.true((await coordinator.fail('quick', backup, failure)).willRetry)
      await advance(1000)
      t.deepEqual(
        await coordinator.lease('quick', { count: 1 }),
        [],
        'the first holder has it, and there is one backup',
      )
      t.true((await coordinator.complete('slow', slow)).counted)
      t.deepEqual(await coordinator.finished(), { state: 'done' })
    })

  test(`${name}: of several expired leases of one task the last counts, as long as nobody was given the task`, async (t) => {
    const stragglers = { factor: 1, minSamples: 1, minMs: 10 }
    for (const isGivenAgain of [false, true]) {
      const { coordinator, advance } = await start(independent(2), { stragglers, maxAttempts: 9 })
      await coordinator.complete('quick', await one(coordinator, 'quick'))
      const slow = await one(coordinator, 'slow')
      await advance(50)
      const backup = await one(coordinator, 'quick')
      await advance(2000)
      t.deepEqual(await coordinator.counts(), { total: 2, ready: 1, leased: 0, done: 1 })
      if (isGivenAgain) await one(coordinator, 'third')
      t.false((await coordinator.complete('slow', slow)).counted)
      t.is((await coordinator.complete('quick', backup)).counted, !isGivenAgain)
    }
  })

  test(`${name}: the holder that goes on renewing keeps the task when the other vanishes, and it is backed up once`, async (t) => {
    const stragglers = { factor: 1, minSamples: 1, minMs: 10 }
    const { coordinator, advance } = await start(independent(2), { stragglers })
    await coordinator.complete('quick', await one(coordinator, 'quick'))
    const slow = await one(coordinator, 'slow')
    await advance(50)
    const backup = await one(coordinator, 'quick')
    await advance(600)
    t.deepEqual(await coordinator.renew('quick', [backup]), [])
    await advance(600)
    t.deepEqual(await coordinator.renew('slow', [slow]), [slow.id], 'it ended first')
    t.deepEqual(await coordinator.counts(), { total: 2, ready: 0, leased: 1, done: 1 })
    t.deepEqual(await coordinator.lease('third', { count: 1 }), [])
    t.false((await coordinator.complete('slow', slow)).counted)
    t.true((await coordinator.complete('quick', backup)).counted)
  })

  test(`${name}: who waits already backs up what is granted and known to be slow only later`, async (t) => {
    const stragglers = { factor: 1, minSamples: 1, minMs: 50 }
    const chain = [
      { vars: [0], kernel: 'k', reads: [], writes: ['S[0]'] },
      { vars: [1], kernel: 'k', reads: ['S[0]'], writes: ['O[0]'] },
    ]
    const { coordinator, advance } = await start(chain, { stragglers, leaseMs: 60_000 })
    const first = await one(coordinator, 'slow')
    const waiting = coordinator.lease('quick', { count: 1, waitMs: 60_000 })
    const unstored = [{ matrix: 'S', index: [0] }]
    const { leases } = await coordinator.complete('slow', first, { unstored, take: 1 })
    t.deepEqual(ids(leases), ['0:1'])
    await advance(100)
    t.like(await waiting, [{ id: '0:1', backup: true }])
  })

  test(`${name}: stragglers are backed up in the order of their grants`, async (t) => {
    const stragglers = { factor: 1, minSamples: 1, minMs: 10 }
    const priorities = new Map([['0:3', 9]])
    const { coordinator, advance } = await start(independent(4), { stragglers, priorities })
    const prefer = [0, 1, 3, 2].map((i) => ({ statement: 0, vars: [i] }))
    const [first] = await coordinator.lease('quick', { count: 1, prefer })
    await coordinator.complete('quick', first!)
    await coordinator.lease('slow', { count: 1, prefer })
    await advance(5)
    await coordinator.lease('slow', { count: 2, prefer })
    await advance(50)
    t.deepEqual(ids(await coordinator.lease('quick', { count: 2 })), ['0:1', '0:3'])
    t.deepEqual(ids(await coordinator.lease('third', { count: 2 })), ['0:2'])
  })

  test(`${name}: a cycle is reported`, async (t) => {
    const circle = [
      { vars: [0], kernel: 'k', reads: ['S[1]'], writes: ['S[0]'] },
      { vars: [1], kernel: 'k', reads: ['S[0]'], writes: ['S[1]'] },
    ]
    const { coordinator } = await start(circle, { priorities: new Map() })
    t.like(await coordinator.finished(), { state: 'failed', failure: { tag: 'InternalError' } })
  })

  test(`${name}: waiting for the end stops with its signal`, async (t) => {
    const { coordinator } = await start(independent(1))
    const controller = new AbortController()
    const finished = coordinator.finished({ signal: controller.signal })
    controller.abort(new Error('enough'))
    await t.throwsAsync(finished, { message: 'enough' })
  })
}
