import test from 'ava'
import { isNumpywrenError } from '../../src/errors.ts'
import { BigMatrix } from '../../src/matrix/index.ts'
import { readRunEvents, runStatus } from '../../src/run/index.ts'
import { FsStore, MemoryStore, type Store } from '../../src/storage/index.ts'
import { bitsOf, eventsOf, keysOf, resume, startCholesky, storeInput, tasksOf } from '../helpers/driven-cholesky.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const n = 90
const nb = 16
const nt = 6
const total = (nt * (nt + 1) * (nt + 2)) / 6

/** The bits of L from a run that nothing disturbed. */
async function expectedBits(): Promise<ReadonlyMap<string, string>> {
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  await (await startCholesky(store, { nt })).wait()
  return bitsOf(store, 'L')
}

/** Starts a run and interrupts it once `count` tasks are done. @returns its id */
async function interrupted(store: Store, count: number, durability: 'full' | 'outputs'): Promise<string> {
  const controller = new AbortController()
  const run = await startCholesky(store, { nt, options: { durability }, signal: controller.signal })
  let done = 0
  for await (const event of run) if (event.type === 'task' && ++done === count) controller.abort('test')
  const error = await failureOf(run.wait())
  if (!isNumpywrenError(error, 'InterruptedError')) throw error
  return run.id
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => new Error('the run was done before it could be interrupted'),
    (error: unknown) => error,
  )
}

async function flipByte(store: Store, key: string, at = 5): Promise<void> {
  const bytes = (await store.get(key))!
  bytes[at] = bytes[at]! ^ 0x10
  await store.put(key, bytes)
}

for (const durability of ['full', 'outputs'] as const) {
  for (const count of [1, 7, 20, 41]) {
    test(`resuming after ${count} tasks gives the same bits (${durability})`, async (t) => {
      const store = count === 7 ? new FsStore(await temporaryFolder(t)) : new MemoryStore()
      await storeInput(store, n, nb)
      const id = await interrupted(store, count, durability)
      t.is((await runStatus(store, id)).state, 'interrupted')
      const before = new Set(tasksOf(await readRunEvents(store, id)))
      const run = await resume(store, id)
      const after = tasksOf(await eventsOf(run))
      await run.wait()
      t.deepEqual(await bitsOf(store, 'L'), await expectedBits())
      t.deepEqual(await keysOf(store, `.numpywren/runs/${id}/tiles/`), [])
      t.deepEqual(await keysOf(store, '.numpywren/outputs/'), [])
      if (durability === 'outputs') return
      t.deepEqual(
        after.filter((task) => before.has(task)),
        [],
        'no finished task is done again',
      )
      t.is(before.size + after.length, total)
    })
  }
}

test('a deleted and a corrupted output tile of a run that is done are computed again, and nothing else is written', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  const first = await startCholesky(store, { nt })
  await first.wait()
  await store.delete('L/c/0/0')
  await flipByte(store, 'L/c/1/0')
  const run = await resume(store, first.id)
  const events = await eventsOf(run)
  const { tilesLost } = await run.wait()
  t.is(tilesLost, 1)
  t.is(tasksOf(events).length, 2)
  t.deepEqual(await bitsOf(store, 'L'), await expectedBits())
})

test('a truncated output tile deep in the graph is computed again from the inputs', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  const first = await startCholesky(store, { nt })
  await first.wait()
  const key = `L/c/${nt - 1}/${nt - 1}`
  await store.put(key, (await store.get(key))!.subarray(0, 100))
  const run = await resume(store, first.id)
  // The updates of the last tile, one a column, and its factorization.
  t.is(tasksOf(await eventsOf(run)).length, nt)
  await run.wait()
  t.deepEqual(await bitsOf(store, 'L'), await expectedBits())
})

test('damaged and deleted intermediates of an interrupted run are computed again', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  const id = await interrupted(store, 25, 'full')
  const keys = await keysOf(store, `.numpywren/runs/${id}/tiles/`)
  t.true(keys.length > 2)
  for (const [at, key] of keys.entries()) {
    if (at % 3 === 0) await flipByte(store, key)
    if (at % 3 === 1) await store.delete(key)
  }
  const run = await resume(store, id)
  const { tilesLost } = await run.wait()
  t.true(tilesLost > 0)
  t.deepEqual(await bitsOf(store, 'L'), await expectedBits())
})

test('tiles that vanish while the run is under way are computed again', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  // No room for a cache: operands come from the store.
  const run = await startCholesky(store, { nt, options: { durability: 'full', slots: 1, memoryBytes: 4 * 2052 } })
  let done = 0
  for await (const event of run) {
    if (event.type !== 'task' || ++done % 15 !== 0 || done > 30) continue
    for (const key of await keysOf(store, `.numpywren/runs/${run.id}/tiles/`)) await store.delete(key)
  }
  t.true((await run.wait()).tilesLost > 0)
  t.deepEqual(await bitsOf(store, 'L'), await expectedBits())
})

for (const durability of ['full', 'outputs'] as const) {
  test(`two resumes at once do no harm (${durability})`, async (t) => {
    for (const count of [1, 15, 40]) {
      const store = new MemoryStore()
      await storeInput(store, n, nb)
      const id = await interrupted(store, count, durability)
      const options = { memoryBytes: 2 ** 14, slots: 1 }
      const runs = await Promise.all([resume(store, id, { options }), resume(store, id)])
      await Promise.all(runs.map((run) => run.wait()))
      t.deepEqual(await bitsOf(store, 'L'), await expectedBits())
      t.is((await BigMatrix.open(store, 'L')).attributes.run, id)
      t.is((await runStatus(store, id)).state, 'done')
      t.deepEqual(await keysOf(store, '.numpywren/outputs/'), [])
    }
  })
}

test('a matrix that took the place of the output is left alone', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  const first = await startCholesky(store, { nt })
  await first.wait()
  await BigMatrix.create(store, 'L', { shape: [n, n], tile: [nb, nb], dtype: 'float64' }, { overwrite: true })
  const error = await t.throwsAsync(resume(store, first.id))
  t.true(isNumpywrenError(error, 'OutputTakenError'))
  t.deepEqual(await keysOf(store, 'L/c/'), [])
})
