import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { isNumpywrenError } from '../../src/errors.ts'
import { BigMatrix } from '../../src/matrix/index.ts'
import { type Run, runStatus } from '../../src/run/index.ts'
import { MemoryStore, StoreFullError, StorePermissionError, StoreUnavailableError } from '../../src/storage/index.ts'
import { bitsOf, type CholeskyStart, keysOf, resume, startCholesky, storeInput } from '../helpers/driven-cholesky.ts'
import { everyNth, FaultyStore } from '../helpers/faulty-store.ts'

const n = 90
const nb = 16
const nt = 6

async function expectedBits(): Promise<ReadonlyMap<string, string>> {
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  await (await startCholesky(store, { nt })).wait()
  return bitsOf(store, 'L')
}

const full: CholeskyStart = { nt, options: { durability: 'full' } }

test('failures that pass are tried again', async (t) => {
  const plain = new MemoryStore()
  await storeInput(plain, n, nb)
  const isTile = (key: string): boolean => key.includes('/c/')
  const [read, write] = [everyNth(5, 'read', plain.url), everyNth(4, 'write', plain.url)]
  const store = new FaultyStore(plain, {
    beforeGet: (key) => {
      if (isTile(key)) read()
    },
    beforePut: (key) => {
      if (isTile(key)) write()
    },
  })
  await (await startCholesky(store, full)).wait()
  t.deepEqual(await bitsOf(plain, 'L'), await expectedBits())
})

test('a store that fills up ends the run clearly, and a resume goes on when there is space', async (t) => {
  const plain = new MemoryStore()
  await storeInput(plain, n, nb)
  let puts = 0
  const store = new FaultyStore(plain, {
    beforePut: (key) => {
      if (++puts > 30) throw new StoreFullError({ operation: 'write', url: key, cause: new Error('ENOSPC') })
    },
  })
  const run = await startCholesky(store, full)
  const error = await t.throwsAsync(run.wait(), { message: /no space to write .*numpywren resume .* --store memory:/ })
  t.true(isNumpywrenError(error, 'TaskError'))
  t.is(await plain.get('L/zarr.json'), undefined)
  const again = await resume(plain, run.id)
  const { tasks } = await again.wait()
  t.true(tasks < 56)
  t.deepEqual(await bitsOf(plain, 'L'), await expectedBits())
  t.deepEqual(await keysOf(plain, `.numpywren/runs/${run.id}/tiles/`), [])
})

test('a failure to make matrices of complete outputs says how to go on, and nothing is computed again', async (t) => {
  const plain = new MemoryStore()
  await storeInput(plain, n, nb)
  const store = new FaultyStore(plain, {
    beforePut: (key) => {
      if (key === 'L/zarr.json') throw new StoreFullError({ operation: 'write', url: key, cause: new Error('ENOSPC') })
    },
  })
  const run = await startCholesky(store, { nt })
  const error = await t.throwsAsync(run.wait(), { message: /no space to write L\/zarr\.json .*numpywren resume/ })
  t.true(isNumpywrenError(error, 'RunFailedError'))
  t.is((await (await resume(plain, run.id)).wait()).tasks, 0)
  t.deepEqual(await bitsOf(plain, 'L'), await expectedBits())
})

test('a run that was done, lost a tile and cannot be repaired for lack of space is not called done', async (t) => {
  const plain = new MemoryStore()
  await storeInput(plain, n, nb)
  const first = await startCholesky(plain, { nt })
  await first.wait()
  await plain.delete('L/c/1/0')
  const full = new FaultyStore(plain, {
    beforePut: (key) => {
      if (!key.startsWith('.numpywren/outputs'))
        throw new StoreFullError({ operation: 'write', url: key, cause: new Error('ENOSPC') })
    },
  })
  const run = await resume(full, first.id)
  await t.throwsAsync(run.wait(), { message: /no space to write .*numpywren resume/ })
  await (await resume(plain, first.id)).wait()
  t.deepEqual(await bitsOf(plain, 'L'), await expectedBits())
})

test('a store that stops answering exhausts a task, which is named with the last error and the way on', async (t) => {
  const plain = new MemoryStore()
  await storeInput(plain, n, nb)
  let isDown = false
  const store = new FaultyStore(plain, {
    beforePut: (key) => {
      if (isDown && key.startsWith('L/'))
        throw new StoreUnavailableError({ operation: 'write', url: key, cause: new Error('injected') })
    },
  })
  const run = await startCholesky(store, full)
  for await (const event of run) if (event.type === 'task') isDown = true
  const error = await t.throwsAsync(run.wait(), {
    message: /task \d+:[\d,]* \(\w+\) failed 4 times.*injected.*numpywren resume/,
  })
  t.is((error as { category?: string }).category, 'fatal')
  const status = await runStatus(plain, run.id)
  t.is(status.state, 'failed')
  t.is(status.last?.message, error?.message)
  await (await resume(plain, run.id)).wait()
  t.deepEqual(await bitsOf(plain, 'L'), await expectedBits())
})

test('a store that cannot be written is refused before the run starts', async (t) => {
  const plain = new MemoryStore()
  await storeInput(plain, n, nb)
  const store = new FaultyStore(plain, {
    beforePut: (key) => {
      throw new StorePermissionError({ operation: 'write', url: key, cause: new Error('EACCES') })
    },
  })
  const error = await t.throwsAsync(startCholesky(store, full))
  t.true(isNumpywrenError(error, 'StorePermissionError'))
})

for (const durability of ['full', 'outputs'] as const) {
  test(`a run that is interrupted again and again at random moments gives the same bits (${durability})`, async (t) => {
    const plain = new MemoryStore()
    await storeInput(plain, n, nb)
    const slow = new FaultyStore(plain, { beforePut: () => sleep(1), beforeGet: () => sleep(1) })
    let signal = AbortSignal.timeout(Math.ceil(Math.random() * 20))
    let run = await startCholesky(slow, { nt, options: { durability }, signal })
    let stops = 0
    for (;;) {
      const error = await run.wait().then(
        () => undefined,
        (reason: unknown) => reason,
      )
      if (error === undefined) break
      t.true(isNumpywrenError(error, 'InterruptedError'), String(error))
      signal = AbortSignal.timeout(10 + Math.ceil(Math.random() * 20 * ++stops))
      run = await resume(slow, run.id, { signal })
    }
    t.deepEqual(await bitsOf(plain, 'L'), await expectedBits())
  })
}

test('a damaged tile of a matrix that is done reads as damaged, never as zeros, until it is computed again', async (t) => {
  const plain = new MemoryStore()
  await storeInput(plain, n, nb)
  const first = await startCholesky(plain, { nt })
  await first.wait()
  const chunk = (await plain.get('L/c/1/0'))!.slice()
  chunk[100] = chunk[100]! ^ 1
  await plain.put('L/c/1/0', chunk)
  const store = new FaultyStore(plain, {
    beforePut: (key) => {
      if (key.startsWith('L/')) throw new StoreFullError({ operation: 'write', url: key, cause: new Error('ENOSPC') })
    },
  })
  await t.throwsAsync((await resume(store, first.id)).wait(), { message: /no space/ })
  const L = await BigMatrix.open(plain, 'L')
  const error = await t.throwsAsync(L.read())
  t.true(isNumpywrenError(error, 'CorruptTileError'))
  const { tasks, tilesLost } = await (await resume(plain, first.id)).wait()
  t.is(tasks, 1)
  t.is(tilesLost, 1)
  t.deepEqual(await bitsOf(plain, 'L'), await expectedBits())
})

/** Something to wait for, and what lets it happen. */
function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  const { promise, resolve: open } = Promise.withResolvers<void>()
  return { passed: promise, open }
}

/** A Cholesky that stops before it writes the given object, and the means to let it go on. */
async function pausedAt(plain: MemoryStore, at: string): Promise<{ readonly run: Run; readonly goOn: () => void }> {
  const reached = gate()
  const { passed, open: goOn } = gate()
  const store = new FaultyStore(plain, {
    beforePut: async (key) => {
      if (key !== at) return
      reached.open()
      await passed
    },
  })
  const run = await startCholesky(store, { nt, overwrite: true })
  await reached.passed
  return { run, goOn }
}

test('the output of a run that is at work is not overwritten', async (t) => {
  const plain = new MemoryStore()
  await storeInput(plain, n, nb)
  const { run, goOn } = await pausedAt(plain, 'L/c/5/5')
  const error = await t.throwsAsync(startCholesky(plain, { nt, overwrite: true }), {
    message: new RegExp(`is being written by run ${run.id} at this moment.*numpywren cancel ${run.id} --store memory:`),
  })
  t.true(isNumpywrenError(error, 'OutputTakenError'))
  goOn()
  await run.wait()
  t.is((await BigMatrix.open(plain, 'L')).attributes.run, run.id)
})

test('a run that was taken for dead and lost its output to another leaves that one alone', async (t) => {
  const plain = new MemoryStore()
  await storeInput(plain, n, nb)
  const late = await pausedAt(plain, 'L/c/5/5')
  const key = `.numpywren/runs/${late.run.id}/state.json`
  const said = JSON.parse(new TextDecoder().decode(await plain.get(key)))
  await plain.put(key, new TextEncoder().encode(JSON.stringify({ ...said, heartbeatAt: 0 })))
  const taker = await pausedAt(plain, 'L/c/0/0')
  late.goOn()
  const error = await t.throwsAsync(late.run.wait(), { message: /is no longer the output of run/ })
  t.true(isNumpywrenError(error, 'OutputTakenError'))
  t.is(await plain.get('L/zarr.json'), undefined)
  taker.goOn()
  await taker.run.wait()
  t.is((await BigMatrix.open(plain, 'L')).attributes.run, taker.run.id)
  t.deepEqual(await bitsOf(plain, 'L'), await expectedBits())
})
