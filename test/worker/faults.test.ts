import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { BigMatrix } from '../../src/matrix/index.ts'
import { createEmbeddedCoordinator, type Lease } from '../../src/scheduler/index.ts'
import { MemoryStore, StoreFullError } from '../../src/storage/index.ts'
import { choleskyProblem, lowerHalf, residual, runCholesky, storedIndices } from '../helpers/cholesky-run.ts'
import { everyNth, FaultyStore } from '../helpers/faulty-store.ts'

const n = 75
const nb = 16
const tileBytes = nb * nb * 8 + 4

test('a store that fails every third write and every fifth read costs time, not bits', async (t) => {
  const healthy = await choleskyProblem(n, nb)
  await runCholesky(healthy)
  const plain = new MemoryStore()
  const problem = await choleskyProblem(n, nb, {
    store: plain,
    through: (store) => {
      const fail = everyNth(5, 'read', store.url)
      return new FaultyStore(store, {
        beforePut: everyNth(3, 'write', store.url),
        beforeGet: (key) => {
          if (!key.endsWith('zarr.json')) fail()
        },
      })
    },
  })
  const { outcome } = await runCholesky(problem, { durability: 'full', memoryBytes: 9 * tileBytes })
  t.is(outcome.state, 'done')
  const L = await BigMatrix.open(plain, 'L')
  t.deepEqual(await lowerHalf(L, n), await lowerHalf(healthy.L, n))
})

test('a store that never answers exhausts the task, with its last error', async (t) => {
  const problem = await choleskyProblem(20, nb, {
    through: (store) => new FaultyStore(store, { beforePut: everyNth(1, 'write', store.url) }),
  })
  const coordinator = createEmbeddedCoordinator({
    program: problem.program,
    maxAttempts: 2,
    backoff: { baseMs: 1, capMs: 1 },
  })
  const { outcome, events } = await runCholesky(problem, { coordinator, durability: 'full' })
  if (outcome.state !== 'failed') return t.fail(outcome.state)
  t.like(outcome, { taskId: '0:0', attempts: 2, failure: { tag: 'TaskExhaustedError' } })
  t.regex(outcome.failure.message, /could not write .*: injected/)
  t.deepEqual(
    events.flatMap((e) => (e.type === 'task-failed' ? [e.willRetry] : [])),
    [true, false],
  )
})

test('a full disk ends the run at once and keeps what is stored', async (t) => {
  let puts = 0
  const problem = await choleskyProblem(n, nb, {
    through: (store) =>
      new FaultyStore(store, {
        beforePut: () => {
          if (++puts > 4) throw new StoreFullError({ operation: 'write', url: store.url, cause: new Error('ENOSPC') })
        },
      }),
  })
  const { outcome } = await runCholesky(problem, { durability: 'full' })
  t.like(outcome, { state: 'failed', attempts: 1, failure: { tag: 'StoreFullError', category: 'fatal' } })
  const stored = await storedIndices(problem.L)
  t.is(stored.length, 4)
  for (const index of stored) t.truthy(await problem.L.getTile(index))
})

test('a full disk under what is written behind ends the worker and keeps what is stored', async (t) => {
  let puts = 0
  const problem = await choleskyProblem(n, nb, {
    through: (store) =>
      new FaultyStore(store, {
        beforePut: () => {
          if (++puts > 4) throw new StoreFullError({ operation: 'write', url: store.url, cause: new Error('ENOSPC') })
        },
      }),
  })
  await t.throwsAsync(runCholesky(problem), { instanceOf: StoreFullError })
  const stored = await storedIndices(problem.L)
  t.is(stored.length, 4)
  for (const index of stored) t.truthy(await problem.L.getTile(index))
})

test('a spill that fails ends the run', async (t) => {
  const problem = await choleskyProblem(n, nb, {
    through: (store) =>
      new FaultyStore(store, {
        beforePut: (key) => {
          if (key.startsWith('S/')) throw new StoreFullError({ operation: 'write', url: store.url })
        },
      }),
  })
  const { outcome } = await runCholesky(problem, { memoryBytes: 9 * tileBytes })
  t.like(outcome, { state: 'failed', failure: { tag: 'StoreFullError' } })
})

for (const damage of ['damaged', 'missing'] as const)
  test(`an intermediate tile that is ${damage} in the store is reported as lost and gone afterwards`, async (t) => {
    const plain = new MemoryStore()
    let hit: string | undefined
    const problem = await choleskyProblem(n, nb, {
      store: plain,
      through: (store) =>
        new FaultyStore(store, {
          beforeGet: async (key) => {
            const bytes = key.startsWith('S/c/') && hit === undefined ? await plain.get(key) : undefined
            if (bytes === undefined) return
            hit = key
            bytes[100] = bytes[100]! ^ 1
            if (damage === 'damaged') await plain.put(key, bytes)
            else await plain.delete(key)
          },
        }),
    })
    const { outcome, events } = await runCholesky(problem, { durability: 'full', memoryBytes: 5 * tileBytes, slots: 1 })
    if (outcome.state !== 'failed') return t.fail(outcome.state)
    const index = hit!.slice('S/c/'.length).split('/').map(Number)
    t.deepEqual(outcome.failure.lostTile, { matrix: 'S', index })
    t.is(outcome.failure.tag, 'LostTileError')
    t.regex(outcome.failure.message, new RegExp(`tile S\\[${index}\\] is ${damage} at .*; it has to be computed again`))
    t.true(events.some((e) => e.type === 'tile' && e.what === 'lost' && e.tile === `S[${index}]`))
    t.false(await problem.S.hasTile(index))
  })

test('a damaged input tile is fatal and stays where it is', async (t) => {
  const problem = await choleskyProblem(n, nb)
  const key = problem.A.tileKey([1, 1])
  const bytes = (await problem.store.get(key))!
  bytes[9] = bytes[9]! ^ 4
  await problem.store.put(key, bytes)
  const { outcome } = await runCholesky(problem)
  t.like(outcome, { state: 'failed', failure: { tag: 'InputTileError', category: 'fatal' } })
  t.true(await problem.A.hasTile([1, 1]))
})

test('a worker that outlives its leases goes on under new ones', async (t) => {
  const problem = await choleskyProblem(n, nb, {
    through: (store) => new FaultyStore(store, { beforePut: () => sleep(40) }),
  })
  const coordinator = createEmbeddedCoordinator({
    program: problem.program,
    leaseMs: 15,
    maxAttempts: 1000,
    backoff: { baseMs: 1, capMs: 1 },
    stragglers: false,
  })
  const { outcome } = await runCholesky(problem, { coordinator, durability: 'full' })
  t.is(outcome.state, 'done')
  t.true((await residual(problem)) < 1e-16)
})

test('leases are renewed while a task takes longer than they last', async (t) => {
  // One task, and a lease that a busy machine does not miss to renew.
  const problem = await choleskyProblem(nb, nb, {
    through: (store) => new FaultyStore(store, { beforePut: () => sleep(5000) }),
  })
  const coordinator = createEmbeddedCoordinator({ program: problem.program, leaseMs: 2000, maxAttempts: 1 })
  const { outcome } = await runCholesky(problem, { coordinator })
  t.is(outcome.state, 'done')
})

test('an output that cannot be stored ends the worker, even when the answer to its completion was lost', async (t) => {
  const problem = await choleskyProblem(20, nb, {
    through: (store) =>
      new FaultyStore(store, {
        beforePut: async (key) => {
          if (!key.startsWith('L/c/0/0')) return
          await sleep(50)
          throw new StoreFullError({ operation: 'write', url: store.url, cause: new Error('ENOSPC') })
        },
      }),
  })
  const embedded = createEmbeddedCoordinator({ program: problem.program })
  const forgetful = new Proxy(embedded, {
    get(target, name: keyof typeof embedded) {
      if (name !== 'complete') return target[name].bind(target)
      return async (worker: string, lease: Lease) => {
        const result = await target.complete(worker, lease)
        if (lease.id === '0:0') throw new Error('the answer was lost')
        return result
      }
    },
  })
  await t.throwsAsync(runCholesky(problem, { coordinator: forgetful, durability: 'outputs' }), { message: /ENOSPC/ })
})
