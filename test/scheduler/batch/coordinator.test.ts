import test from 'ava'
import { BatchCoordinator, type FailureRecord } from '../../../src/scheduler/index.ts'

const failure: FailureRecord = { tag: 'StoreUnavailableError', category: 'transient', message: 'away' }

/** Tasks 0:0, 0:1 ... of these priorities. */
function batch(...priorities: readonly number[]): BatchCoordinator {
  const tasks = priorities.map((priority, i) => ({
    task: { statement: 0, vars: [i] },
    attempt: 3,
    backup: false,
    priority,
  }))
  return new BatchCoordinator(tasks)
}

test('hands out each task once, the most urgent first, those that are preferred before', async (t) => {
  const coordinator = batch(1, 5, 5, 2)
  const prefer = [
    { statement: 0, vars: [0] },
    { statement: 7, vars: [7] },
  ]
  const first = await coordinator.lease('w', { count: 2, prefer })
  t.deepEqual(
    first.map(({ id }) => id),
    ['0:0', '0:1'],
  )
  t.is(first[0]!.attempt, 3)
  const rest = await coordinator.lease('w', { count: 9, prefer: [first[0]!.task] })
  t.deepEqual(
    rest.map(({ id }) => id),
    ['0:2', '0:3'],
  )
  t.deepEqual(await coordinator.lease('w', { count: 1 }), [])
  t.deepEqual(await coordinator.counts(), { total: 4, ready: 0, leased: 4, done: 0 })
  t.deepEqual(await coordinator.renew(), [])
})

test('says of every task, in the order of the batch, what became of it', async (t) => {
  const coordinator = batch(1, 2, 3, 4)
  const [d, c, b] = await coordinator.lease('w', { count: 3 })
  t.like(await coordinator.complete('w', d!), { counted: true, ready: [], dead: [], publish: [] })
  t.like(await coordinator.complete('w', d!), { counted: false })
  t.deepEqual(await coordinator.fail('w', c!, failure), { willRetry: false })
  await coordinator.release('w', [b!, d!])
  t.is((await coordinator.outcome()).state, 'running')
  t.deepEqual(coordinator.answers(), [
    { id: '0:0', state: 'returned' },
    { id: '0:1', state: 'returned' },
    { id: '0:2', state: 'failed', failure },
    { id: '0:3', state: 'done' },
  ])
})

test('a result that is in memory only has to be stored first', async (t) => {
  const coordinator = batch(0)
  const [lease] = await coordinator.lease('w', { count: 1 })
  const unstored = [{ matrix: 'S', index: [1] }]
  t.like(await coordinator.complete('w', lease!, { unstored }), { counted: false, publish: unstored })
  t.like(await coordinator.complete('w', lease!), { counted: true, publish: [] })
})

test('ends with the last answer, and so do those who wait', async (t) => {
  const coordinator = batch(0, 0)
  const leases = await coordinator.lease('w', { count: 2 })
  const waiting = coordinator.lease('w', { count: 1, waitMs: 3_600_000 })
  const finished = coordinator.finished()
  const left = new AbortController()
  const leaving = t.throwsAsync(coordinator.finished({ signal: left.signal }), { message: 'enough' })
  left.abort(new Error('enough'))
  await leaving
  await coordinator.complete('w', leases[0]!)
  await coordinator.fail('w', leases[1]!, failure)
  t.deepEqual(await waiting, [])
  t.deepEqual(await finished, { state: 'done' })
  t.deepEqual(await coordinator.finished({ signal: new AbortController().signal }), { state: 'done' })
})

test('a cancelled batch hands out nothing more; what is held may still be done', async (t) => {
  const coordinator = batch(0, 0)
  const [lease] = await coordinator.lease('w', { count: 1 })
  await coordinator.cancel()
  t.deepEqual(await coordinator.finished(), { state: 'cancelled' })
  t.deepEqual(await coordinator.lease('w', { count: 1, waitMs: 3_600_000 }), [])
  t.like(await coordinator.complete('w', lease!), { counted: true })
  t.deepEqual(
    coordinator.answers().map(({ state }) => state),
    ['done', 'returned'],
  )
  t.deepEqual(await coordinator.finished(), { state: 'cancelled' })
})

test('an empty batch is done', async (t) => {
  t.deepEqual(await batch().finished(), { state: 'done' })
})
