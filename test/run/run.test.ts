import test from 'ava'
import { isNumpywrenError } from '../../src/errors.ts'
import { statisticsOf } from '../../src/events/index.ts'
import { BigMatrix } from '../../src/matrix/index.ts'
import { cancelRun, listRuns, readRunEvents, runStatus } from '../../src/run/index.ts'
import { FsStore, MemoryStore, type Store } from '../../src/storage/index.ts'
import { spd } from '../helpers/cholesky-run.ts'
import { bitsOf, eventsOf, keysOf, resume, startCholesky, storeInput, tasksOf } from '../helpers/driven-cholesky.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const n = 75
const nb = 16
const nt = 5

/** max |A - L L^T| over max |A|. */
async function backwardError(store: Store, data: Float64Array): Promise<number> {
  const L = await BigMatrix.open(store, 'L')
  const { data: l } = await L.read([0, n], [0, n])
  let worst = 0
  for (let r = 0; r < n; r++)
    for (let c = 0; c <= r; c++) {
      let sum = 0
      for (let k = 0; k <= c; k++) sum += l[r * n + k]! * l[c * n + k]!
      worst = Math.max(worst, Math.abs(data[r * n + c]! - sum))
    }
  return worst / (n + 1)
}

const stores: Record<string, (folder: string) => Store> = {
  memory: () => new MemoryStore(),
  fs: (folder) => new FsStore(folder),
}

for (const [kind, open] of Object.entries(stores)) {
  test(`a run factors a matrix and leaves the outputs, the manifest and the events (${kind})`, async (t) => {
    const store = open(await temporaryFolder(t))
    await storeInput(store, n, nb)
    const run = await startCholesky(store, { nt })
    const events = await eventsOf(run)
    const summary = await run.wait()
    t.is(summary.tasks, (nt * (nt + 1) * (nt + 2)) / 6)
    t.is(tasksOf(events).length, summary.tasks)
    t.true((await backwardError(store, spd(n))) < 1e-14)
    const left = (await keysOf(store, '.numpywren/')).map((key) => key.replace(`.numpywren/runs/${run.id}/`, ''))
    t.true(left.includes('events/000001.jsonl'))
    // A run that takes longer than a flush leaves more segments.
    const others = left.filter((key) => !/^events\/\d{6}\.jsonl$/.test(key))
    t.deepEqual(others, ['manifest.json', 'state.json'])
    t.is((await runStatus(store, run.id)).state, 'done')
  })
}

test('statistics add up over the events, live and stored', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  const run = await startCholesky(store, { nt, options: { slots: 2, workers: 2, durability: 'full' } })
  const events = await eventsOf(run)
  const summary = await run.wait()
  t.deepEqual(statisticsOf(events), statisticsOf(await readRunEvents(store, run.id)))
  const { runId, estimatedMoney, costs, ...statistics } = summary
  t.deepEqual(statistics, statisticsOf(events))
  t.is(runId, run.id)
  t.deepEqual(costs, [])
  t.is(estimatedMoney, 0)
  t.true(Math.abs(statistics.coreSeconds - 4 * statistics.wallSeconds) < 1e-9)
  t.true(statistics.computeSeconds <= statistics.coreSeconds)
})

test('until a run is done its output is no matrix', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  const run = await startCholesky(store, { nt })
  for await (const event of run) {
    if (event.type === 'task') t.is(await store.get('L/zarr.json'), undefined)
    if (event.type === 'task') break
  }
  await run.wait()
  t.is((await BigMatrix.open(store, 'L')).attributes.run, run.id)
})

test('a matrix that is not positive definite ends the run with the global row and leaves nothing behind', async (t) => {
  const store = new MemoryStore()
  const data = spd(n)
  data[60 * n + 60] = -1e3
  await storeInput(store, n, nb, data)
  const run = await startCholesky(store, { nt })
  const error = await t.throwsAsync(run.wait())
  t.true(isNumpywrenError(error, 'TaskError'))
  t.is((error as { category?: string }).category, 'numerical')
  t.regex(error?.message ?? '', /leading minor of order 61/)
  t.notRegex(error?.message ?? '', /resume/)
  t.deepEqual(await keysOf(store, 'L/'), [])
  t.deepEqual(await keysOf(store, '.numpywren/outputs/'), [])
  t.is((await runStatus(store, run.id)).state, 'failed')
  await storeInputAnew(store)
  await (await startCholesky(store, { nt })).wait()
})

async function storeInputAnew(store: Store): Promise<void> {
  const A = await BigMatrix.open(store, 'A')
  await A.write([0, n], [0, n], spd(n))
}

test('NaN in the input is named, and is an input error', async (t) => {
  const store = new MemoryStore()
  const data = spd(n)
  data[40 * n + 3] = Number.NaN
  await storeInput(store, n, nb, data)
  const run = await startCholesky(store, { nt })
  const error = await t.throwsAsync(run.wait(), { message: /row 40, column 3/ })
  t.is((error as { category?: string }).category, 'input')
})

test('an output that exists is refused, and replaced when told so', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  await (await startCholesky(store, { nt })).wait()
  const error = await t.throwsAsync(startCholesky(store, { nt }))
  t.true(isNumpywrenError(error, 'AlreadyExistsError'))
  t.is((await listRuns(store)).length, 1)
  await (await startCholesky(store, { nt, overwrite: true })).wait()
})

test('an output that another run is writing is refused, and says how to continue that run', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  const first = await startCholesky(store, { nt, signal: AbortSignal.abort('test') })
  await t.throwsAsync(first.wait(), { message: new RegExp(`numpywren resume ${first.id} --store memory://`) })
  const error = await t.throwsAsync(startCholesky(store, { nt }), { message: new RegExp(`resume ${first.id}`) })
  t.true(isNumpywrenError(error, 'OutputTakenError'))
  await (await startCholesky(store, { nt, overwrite: true })).wait()
  const taken = await t.throwsAsync(resume(store, first.id))
  t.true(isNumpywrenError(taken, 'OutputTakenError'))
})

test('an output in the place of an input is refused, even when told to overwrite', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  const before = await bitsOf(store, 'A')
  for (const overwrite of [false, true])
    await t.throwsAsync(startCholesky(store, { nt, overwrite, bindings: { A: { path: 'A' }, L: { path: 'A' } } }), {
      message: /output L would overwrite the input A/,
    })
  t.deepEqual(await bitsOf(store, 'A'), before)
})

test('two runs at once in one store do not disturb each other', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  const runs = await Promise.all([
    startCholesky(store, { nt }),
    startCholesky(store, { nt, bindings: { A: { path: 'A' }, L: { path: 'M' } } }),
  ])
  await Promise.all(runs.map((run) => run.wait()))
  const [l, m] = [await bitsOf(store, 'L'), await bitsOf(store, 'M')]
  t.deepEqual([...l.values()], [...m.values()])
  t.is((await listRuns(store)).length, 2)
})

test('the bits do not depend on slots, workers or durability', async (t) => {
  const seen = new Set<string>()
  for (const options of [
    { slots: 1 },
    { slots: 5 },
    { slots: 2, workers: 2, durability: 'full' as const },
    { slots: 2, durability: 'full' as const },
  ]) {
    const store = new MemoryStore()
    await storeInput(store, n, nb)
    await (await startCholesky(store, { nt, options })).wait()
    seen.add(JSON.stringify([...(await bitsOf(store, 'L'))]))
  }
  t.is(seen.size, 1)
})

test('a plan over the memory is refused before anything is written', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  const error = await t.throwsAsync(startCholesky(store, { nt, options: { memoryBytes: 10_000 } }), {
    message: /needs 0\.0\d\d MiB .* may use 0\.010 MiB.*--memory/,
  })
  t.true(isNumpywrenError(error, 'MemoryLimitError'))
  t.deepEqual(await keysOf(store, '.numpywren/'), [])
})

test('a run id that is taken or cannot be one is refused', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  await (await startCholesky(store, { nt, id: 'mine' })).wait()
  await t.throwsAsync(startCholesky(store, { nt, id: 'mine', overwrite: true }), { message: /already a run mine/ })
  await t.throwsAsync(startCholesky(store, { nt, id: '../x' }), { message: /no run id/ })
})

test('cancel ends the run, and resume continues it all the same', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  const run = await startCholesky(store, { nt, options: { durability: 'full' } })
  for await (const event of run) if (event.type === 'task') break
  await run.cancel()
  await t.throwsAsync(run.wait(), { message: /was cancelled/ })
  t.is((await runStatus(store, run.id)).state, 'cancelled')
  await (await resume(store, run.id)).wait()
  t.is((await runStatus(store, run.id)).state, 'done')
  t.true((await backwardError(store, spd(n))) < 1e-14)
})

test('a driver obeys a cancellation that comes by way of the store', async (t) => {
  const store = new MemoryStore()
  const size = 512
  await storeInput(store, size, 8)
  const run = await startCholesky(store, { nt: 64, options: { slots: 1, durability: 'full' } })
  for await (const event of run) if (event.type === 'task') break
  t.is((await cancelRun(store, run.id)).state, 'running')
  await t.throwsAsync(run.wait(), { message: /was cancelled/ })
})

test('cancelling a run that nobody drives marks it', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  const run = await startCholesky(store, { nt, signal: AbortSignal.abort('test') })
  await t.throwsAsync(run.wait())
  t.is((await cancelRun(store, run.id)).state, 'interrupted')
  t.is((await runStatus(store, run.id)).state, 'cancelled')
  await (await resume(store, run.id)).wait()
  t.is((await cancelRun(store, run.id)).state, 'done')
  t.is((await runStatus(store, run.id)).state, 'done')
})

test('options out of range are refused before anything is written', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  for (const options of [{ slots: 0 }, { workers: 1.5 }, { memoryBytes: Number.NaN }, { durability: 'some' as 'full' }])
    await t.throwsAsync(startCholesky(store, { nt, options }), { message: new RegExp(Object.keys(options)[0]!) })
  t.deepEqual(await keysOf(store, '.numpywren/'), [])
})

test('a program with faults is refused with each fault and its place', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  const text =
    'def f(A: BigMatrix, L: BigMatrix, N: int):\n    for i in range(0, N):\n        L[i, i] = potf(A[i, K])\n'
  const error = await t.throwsAsync(startCholesky(store, { nt, program: { text, origin: 'f.lp' } }))
  t.true(isNumpywrenError(error, 'ProgramError'))
  t.regex(error?.message ?? '', /f\.lp:3:19: error: .*potf/)
  t.regex(error?.message ?? '', /f\.lp:3:29: error: .*K/)
})

test('bindings that do not fit the program are refused', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  const L = { path: 'L' }
  await t.throwsAsync(startCholesky(store, { nt, bindings: { L } }), { message: /A, which is not bound/ })
  await t.throwsAsync(startCholesky(store, { nt, bindings: { A: { path: 'nowhere' }, L } }), {
    message: /no matrix at memory:\/\/\/nowhere/,
  })
  await t.throwsAsync(startCholesky(store, { nt, bindings: { A: { path: 'A' } } }), {
    message: /L, which is not bound/,
  })
  await t.throwsAsync(startCholesky(store, { nt, bindings: { A: { path: 'A' }, L, X: { path: 'X' } } }), {
    message: /no matrix X/,
  })
  await t.throwsAsync(startCholesky(store, { nt: nt + 1 }), { message: /tile \[\d,\d\] is outside/ })
})
