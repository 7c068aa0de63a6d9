import test from 'ava'
import { taskId } from '../../src/lambdapack/index.ts'
import { createEmbeddedCoordinator } from '../../src/scheduler/index.ts'
import { createWorkerMemory } from '../../src/worker/index.ts'
import { choleskyProblem, lowerHalf, residual, runCholesky, spd, storedIndices } from '../helpers/cholesky-run.ts'
import { FaultyStore } from '../helpers/faulty-store.ts'

const n = 75
const nb = 16
const tileBytes = nb * nb * 8 + 4

test('factors an SPD matrix with ragged edge tiles; every task leaves one event', async (t) => {
  const problem = await choleskyProblem(n, nb)
  const { outcome, events } = await runCholesky(problem)
  t.is(outcome.state, 'done')
  t.true((await residual(problem)) < 1e-16)
  const tasks = events.filter((e) => e.type === 'task')
  t.deepEqual(tasks.map((e) => e.task).sort(), [...problem.program.tasks()].map(taskId).sort())
  for (const e of tasks) {
    const times = [e.leasedAt, e.readAt, e.computeAt, e.computedAt, e.writtenAt, e.completedAt]
    t.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
    t.true(e.counted && e.attempt === 1 && e.flops > 0 && e.slot < 2)
  }
  t.is(
    tasks.reduce((sum, e) => sum + e.bytesRead, 0),
    15 * tileBytes,
    'each input tile once, nothing else',
  )
  t.is(
    tasks.reduce((sum, e) => sum + e.bytesWritten, 0),
    15 * tileBytes,
    'each output tile once, nothing else',
  )
})

test('the bits do not depend on slots, prefetch, memory or durability', async (t) => {
  const reference = await choleskyProblem(n, nb)
  await runCholesky(reference, { slots: 1, prefetch: 0 })
  const wanted = await lowerHalf(reference.L, n)
  for (const options of [
    { slots: 2 },
    { slots: 5 },
    { slots: 2, durability: 'full' as const },
    { slots: 2, memoryBytes: 9 * tileBytes },
    { slots: 1, memoryBytes: 4 * tileBytes, durability: 'full' as const },
  ]) {
    const problem = await choleskyProblem(n, nb)
    const { outcome } = await runCholesky(problem, options)
    t.is(outcome.state, 'done')
    t.deepEqual(await lowerHalf(problem.L, n), wanted, JSON.stringify(options))
  }
})

test('too little memory for all tiles: they are spilled, read again, and the budget holds', async (t) => {
  const problem = await choleskyProblem(n, nb)
  const memoryBytes = 9 * tileBytes
  const { outcome, events } = await runCholesky(problem, { slots: 2, memoryBytes })
  t.is(outcome.state, 'done')
  t.true((await residual(problem)) < 1e-16)
  t.true(events.some((e) => e.type === 'tile' && e.what === 'spilled'))
  for (const e of events) if (e.type === 'task') t.true(e.cacheBytes <= memoryBytes, `${e.cacheBytes}`)
})

test('memory for less than one task is refused with both numbers', async (t) => {
  const problem = await choleskyProblem(n, nb)
  const { outcome } = await runCholesky(problem, { memoryBytes: 2 * tileBytes })
  if (outcome.state !== 'failed') return t.fail(outcome.state)
  t.is(outcome.failure.tag, 'MemoryBudgetError')
  t.regex(outcome.failure.message, new RegExp(`needs ${3 * tileBytes} bytes .* the worker has ${2 * tileBytes}`))
})

test('intermediates leave the store when their last reader is done, and with outputs they never come there', async (t) => {
  for (const durability of ['full', 'outputs'] as const) {
    const puts: string[] = []
    const problem = await choleskyProblem(n, nb, {
      through: (store) => new FaultyStore(store, { beforePut: (key) => void puts.push(key) }),
    })
    const { events } = await runCholesky(problem, { durability })
    t.is(puts.filter((key) => key.startsWith('S/')).length, durability === 'full' ? 20 : 0)
    const left = await storedIndices(problem.S)
    t.deepEqual(left, [])
    t.is(events.filter((e) => e.type === 'tile' && e.what === 'dropped').length, 20)
  }
})

test('one tile, one row at the edge, and 1x1', async (t) => {
  for (const [size, tile] of [
    [16, 16],
    [17, 16],
    [1, 1],
    [3, 8],
  ] as const) {
    const problem = await choleskyProblem(size, tile)
    t.is((await runCholesky(problem)).outcome.state, 'done')
    t.true((await residual(problem)) < 3e-16)
  }
})

test('a matrix that is not positive definite ends the run with tile and global row', async (t) => {
  const data = spd(n)
  data[37 * n + 37] = -1e6
  const problem = await choleskyProblem(n, nb, { data })
  const { outcome, events } = await runCholesky(problem)
  if (outcome.state !== 'failed') return t.fail(outcome.state)
  t.like(outcome.failure, {
    tag: 'NotPositiveDefiniteError',
    category: 'numerical',
    message: 'leading minor of order 38 (tile [2,2], row 5) is not positive',
  })
  t.like(
    events.find((e) => e.type === 'task-failed'),
    { tag: 'NotPositiveDefiniteError', willRetry: false, attempt: 1 },
  )
})

test('NaN in an input is reported by matrix, tile, row and column', async (t) => {
  const data = spd(n)
  data[40 * n + 20] = Number.NaN
  const problem = await choleskyProblem(n, nb, { data })
  const { outcome } = await runCholesky(problem)
  if (outcome.state !== 'failed') return t.fail(outcome.state)
  t.like(outcome.failure, { tag: 'NonFiniteInputError', category: 'input' })
  t.regex(outcome.failure.message, /\/A holds NaN at row 40, column 20 \(tile A\[2,1\]\)/)
  const unchecked = await runCholesky(await choleskyProblem(n, nb, { data }), { checkFinite: false })
  t.like(unchecked.outcome, { state: 'failed', failure: { tag: 'NotPositiveDefiniteError' } })
})

test('a missing input tile is named with its URL', async (t) => {
  const problem = await choleskyProblem(n, nb)
  await problem.A.deleteTile([3, 2])
  const { outcome } = await runCholesky(problem)
  if (outcome.state !== 'failed') return t.fail(outcome.state)
  t.regex(outcome.failure.message, /^input tile A\[3,2\] is missing at memory:.*\/A$/)
  t.is(outcome.failure.category, 'fatal')
})

test('absent tiles of a matrix that reads as zeros are its fill value', async (t) => {
  const data = new Float64Array(n * n)
  for (let i = 0; i < n; i++) data[i * n + i] = 4
  const problem = await choleskyProblem(n, nb, { data })
  for (const [i, j] of [
    [1, 0],
    [4, 2],
  ] as const)
    await problem.A.deleteTile([i, j])
  const matrices = new Map(problem.matrices).set('A', { role: 'input', array: problem.A, absentIsFill: true })
  t.is((await runCholesky({ ...problem, matrices })).outcome.state, 'done')
  t.true((await residual(problem)) === 0)
})

test('a drained worker gives its leases back and finishes what computes', async (t) => {
  const problem = await choleskyProblem(n, nb)
  const coordinator = createEmbeddedCoordinator({ program: problem.program })
  const controller = new AbortController()
  let finished = 0
  await runCholesky(problem, {
    coordinator,
    durability: 'full',
    signal: controller.signal,
    onEvent: (event) => {
      if (event.type === 'task' && ++finished === 8) controller.abort()
    },
  })
  const counts = await coordinator.counts()
  t.is(counts.leased, 0)
  t.true(counts.done >= 8 && counts.done < 35, `${counts.done}`)
  const { outcome } = await runCholesky(problem, { coordinator, durability: 'full' })
  t.is(outcome.state, 'done')
  t.true((await residual(problem)) < 1e-16)
})

test('cancelling stops the worker', async (t) => {
  const problem = await choleskyProblem(n, nb)
  const coordinator = createEmbeddedCoordinator({ program: problem.program })
  const { outcome } = await runCholesky(problem, {
    coordinator,
    onEvent: () => void coordinator.cancel(),
  })
  t.is(outcome.state, 'cancelled')
})

test('two workers share a run whose tiles are all in the store', async (t) => {
  const problem = await choleskyProblem(n, nb)
  const coordinator = createEmbeddedCoordinator({ program: problem.program })
  const both = await Promise.all(
    ['w0', 'w1'].map((id) => runCholesky(problem, { id, coordinator, durability: 'full', slots: 1, prefetch: 0 })),
  )
  t.true((await residual(problem)) < 1e-16)
  for (const { events } of both) t.true(events.some((e) => e.type === 'task'))
})

test('workers that share their memory share a run whose intermediates are stored nowhere', async (t) => {
  const problem = await choleskyProblem(n, nb)
  const coordinator = createEmbeddedCoordinator({ program: problem.program })
  const memory = createWorkerMemory({ memoryBytes: 12 * tileBytes, events: { emit: () => undefined } })
  await Promise.all(
    ['w0', 'w1', 'w2'].map((id) => runCholesky(problem, { id, coordinator, memory, slots: 1, prefetch: 1 })),
  )
  t.deepEqual(await coordinator.outcome(), { state: 'done' })
  t.true((await residual(problem)) < 1e-16)
})
