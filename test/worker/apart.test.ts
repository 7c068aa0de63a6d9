import test from 'ava'
import { taskId, tileId } from '../../src/lambdapack/index.ts'
import { type Coordinator, createEmbeddedCoordinator } from '../../src/scheduler/index.ts'
import { MemoryStore, StoreFullError, StoreUnavailableError } from '../../src/storage/index.ts'
import {
  type CholeskyProblem,
  choleskyProblem,
  lowerHalf,
  runCholesky,
  storedIndices,
} from '../helpers/cholesky-run.ts'
import { FaultyStore } from '../helpers/faulty-store.ts'
import { interpose } from '../helpers/interpose.ts'

// Workers that share no memory, as in several processes: what they hand to each other goes through the store.

const n = 75
const nb = 16
const tileBytes = nb * nb * 8 + 4

async function reference(): Promise<Float64Array> {
  const problem = await choleskyProblem(n, nb)
  await runCholesky(problem)
  return lowerHalf(problem.L, n)
}

function coordinatorOf(problem: CholeskyProblem): Coordinator {
  return createEmbeddedCoordinator({
    program: problem.program,
    stragglers: false,
    backoff: { baseMs: 1, capMs: 1 },
  })
}

test('workers of several memories do one run: the same bits, no tile missed, none left', async (t) => {
  const wanted = await reference()
  for (const options of [{}, { memoryBytes: 5 * tileBytes }, { slots: 3, prefetch: 4 }, { prefetch: 0 }]) {
    const problem = await choleskyProblem(n, nb)
    const coordinator = coordinatorOf(problem)
    const workers = ['w0', 'w1', 'w2'].map((id) =>
      runCholesky(problem, { id, coordinator, sharesMemory: false, slots: 1, ...options }),
    )
    const all = await Promise.all(workers)
    t.deepEqual(await coordinator.outcome(), { state: 'done' })
    t.deepEqual(await lowerHalf(problem.L, n), wanted)
    t.deepEqual(await storedIndices(problem.S), [])
    const events = all.flatMap((result) => result.events)
    t.false(events.some((e) => e.type === 'task-failed' || (e.type === 'tile' && e.what === 'lost')))
    for (const { reason } of all) t.is(reason, 'run-over')
  }
})

test('a tile whose readers this worker was given stays in its memory; nobody else is promised what is not stored', async (t) => {
  const problem = await choleskyProblem(n, nb)
  const { program, matrices } = problem
  const embedded = coordinatorOf(problem)
  let kept = 0
  let published = 0
  const coordinator = interpose(embedded, {
    async complete(target, worker, lease, options) {
      const { writes } = program.detail(lease.task)
      const unstored = new Set((options?.unstored ?? []).map(tileId))
      for (const tile of writes) {
        const isStored = await matrices.get(tile.matrix)!.array.hasTile(tile.index)
        t.is(isStored, !unstored.has(tileId(tile)), tileId(tile))
      }
      const result = await target.complete(worker, lease, options)
      published += result.publish.length
      if (!result.counted) return result
      kept += unstored.size
      const given = new Set(result.leases.map(({ id }) => id))
      for (const tile of writes)
        if (unstored.has(tileId(tile))) for (const reader of program.readersOf(tile)) t.true(given.has(taskId(reader)))
      return result
    },
  })
  await Promise.all(['w0', 'w1'].map((id) => runCholesky(problem, { id, coordinator, sharesMemory: false, slots: 1 })))
  t.deepEqual(await embedded.outcome(), { state: 'done' })
  t.true(kept > 0 && published > 0, `${kept} kept, ${published} published`)
})

test('what a draining worker gives back can be done by others', async (t) => {
  const wanted = await reference()
  for (const after of [1, 3, 6, 10, 15, 21, 28]) {
    const problem = await choleskyProblem(n, nb)
    const coordinator = coordinatorOf(problem)
    const stop = new AbortController()
    let done = 0
    const first = await runCholesky(problem, {
      id: 'w0',
      coordinator,
      sharesMemory: false,
      prefetch: 3,
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === 'task' && ++done === after) stop.abort()
      },
    })
    t.is(first.reason, 'drained')
    t.is((await coordinator.counts()).leased, 0)
    const second = await runCholesky(problem, { id: 'w1', coordinator, sharesMemory: false })
    t.deepEqual(second.outcome, { state: 'done' })
    t.false(second.events.some((e) => e.type === 'tile' && e.what === 'lost'))
    t.deepEqual(await lowerHalf(problem.L, n), wanted)
  }
})

test('a task that fails in passing can be done by another: its operands are stored first', async (t) => {
  const failing = new Set<string>()
  const problem = await choleskyProblem(n, nb, {
    through: (store) =>
      new FaultyStore(store, {
        beforePut: (key) => {
          if (!failing.has(key)) return
          throw new StoreUnavailableError({ operation: 'write', url: store.url, cause: new Error('injected') })
        },
      }),
  })
  const embedded = coordinatorOf(problem)
  let failures = 0
  const coordinator = interpose(embedded, {
    async complete(target, worker, lease, options) {
      const result = await target.complete(worker, lease, options)
      // Who reads what only this worker has cannot store its own result.
      for (const { task } of result.leases)
        if (failing.size < 2)
          for (const tile of problem.program.detail(task).writes)
            failing.add(`${tile.matrix}/c/${tile.index.join('/')}`)
      return result
    },
    async fail(target, worker, lease, failure) {
      failures++
      for (const { matrix, index } of problem.program.detail(lease.task).reads)
        if (matrix === 'S') t.true(await problem.S.hasTile(index), `${matrix}[${index}]`)
      failing.clear()
      return target.fail(worker, lease, failure)
    },
  })
  await Promise.all(['w0', 'w1'].map((id) => runCholesky(problem, { id, coordinator, sharesMemory: false, slots: 1 })))
  t.true(failures > 0)
  t.deepEqual(await embedded.outcome(), { state: 'done' })
  t.deepEqual(await lowerHalf(problem.L, n), await reference())
})

test('a reader that finds a tile gone reports it as lost, also where unwritten tiles read as zeros', async (t) => {
  for (const absentIsFill of [false, true]) {
    const plain = new MemoryStore()
    let hit: string | undefined
    const problem = await choleskyProblem(n, nb, {
      store: plain,
      through: (store) =>
        new FaultyStore(store, {
          beforeGet: async (key) => {
            if (!key.startsWith('S/c/') || hit !== undefined) return
            hit = key
            await plain.delete(key)
          },
        }),
    })
    const S = { role: 'intermediate' as const, array: problem.S, absentIsFill }
    const matrices = new Map(problem.matrices).set('S', S)
    const coordinator = coordinatorOf(problem)
    await Promise.all(
      ['w0', 'w1'].map((id) =>
        runCholesky(
          { ...problem, matrices },
          { id, coordinator, sharesMemory: false, durability: 'full', slots: 1, prefetch: 0 },
        ),
      ),
    )
    const outcome = await coordinator.outcome()
    if (outcome.state !== 'failed') return t.fail(`${outcome.state}, ${hit}`)
    const index = hit!.slice('S/c/'.length).split('/').map(Number)
    t.deepEqual(outcome.failure.lostTile, { matrix: 'S', index })
  }
})

test('a full disk ends the run with its own error', async (t) => {
  let puts = 0
  const problem = await choleskyProblem(n, nb, {
    through: (store) =>
      new FaultyStore(store, {
        beforePut: () => {
          if (++puts > 6) throw new StoreFullError({ operation: 'write', url: store.url, cause: new Error('ENOSPC') })
        },
      }),
  })
  const coordinator = coordinatorOf(problem)
  await Promise.all(['w0', 'w1'].map((id) => runCholesky(problem, { id, coordinator, sharesMemory: false })))
  t.like(await coordinator.outcome(), { state: 'failed', failure: { tag: 'StoreFullError', category: 'fatal' } })
})
