/** What gc removes, what it leaves alone, and that it and a run that goes on never both have their way. */

import { hostname } from 'node:os'
import test from 'ava'
import { isNumpywrenError } from '../../src/errors.ts'
import { BigMatrix } from '../../src/matrix/index.ts'
import { type Collected, collectGarbage, type RunState, readState, writeState } from '../../src/run/index.ts'
import { MemoryStore, type Store } from '../../src/storage/index.ts'
import { bitsOf, keysOf, resume, startCholesky, storeInput } from '../helpers/driven-cholesky.ts'
import { FaultyStore } from '../helpers/faulty-store.ts'

const day = 24 * 60 * 60 * 1000
/** A process that cannot be: beyond the largest process number of any Linux. */
const deadPid = 2 ** 22 + 1

/** A store in which the run `r` was killed in its midst, with every tile that it had made, two days ago. */
async function killedRun(): Promise<{ store: Store; expected: ReadonlyMap<string, string> }> {
  killed ??= killRun()
  const { store: from, expected } = await killed
  const store = new MemoryStore()
  for await (const { key } of from.list('')) await store.put(key, (await from.get(key))!)
  return { store, expected }
}

let killed: ReturnType<typeof killRun> | undefined

async function killRun(): Promise<{ store: Store; expected: ReadonlyMap<string, string> }> {
  const whole = new MemoryStore()
  await storeInput(whole, 40, 8)
  await (await startCholesky(whole, { nt: 5, id: 'whole' })).wait()
  const plain = new MemoryStore()
  await storeInput(plain, 40, 8)
  let puts = 0
  const store = new FaultyStore(plain, {
    beforePut: (key) => {
      if (/\/c\//.test(key) && ++puts > 12) throw new Error('killed')
    },
  })
  const run = await startCholesky(store, { nt: 5, id: 'r', options: { durability: 'full' } })
  await expectFailure(run.wait())
  await say(plain, 'running', { heartbeatAt: Date.now() - 2 * day, pid: deadPid })
  await backdate(plain, 2 * day)
  return { store: plain, expected: await bitsOf(whole, 'L') }
}

const expectFailure = (work: Promise<unknown>): Promise<void> =>
  work.then(
    () => {
      throw new Error('this run should have failed')
    },
    () => undefined,
  )

async function say(store: Store, state: RunState['state'], more: Partial<RunState> = {}, id = 'r'): Promise<void> {
  const { message: _, ...last } = (await readState(store, id)) ?? { startedAt: 0, tasksDone: 0, tasksTotal: 0 }
  const sign = { heartbeatAt: Date.now(), pid: process.pid, host: hostname() }
  await writeState(store, id, { ...last, state, ...sign, ...more })
}

/** Makes the run's manifest so much older. */
async function backdate(store: Store, ageMs: number): Promise<void> {
  const key = '.numpywren/runs/r/manifest.json'
  const manifest = JSON.parse(new TextDecoder().decode(await store.get(key))) as Record<string, unknown>
  manifest.createdAt = new Date(Date.now() - ageMs).toISOString()
  await store.put(key, new TextEncoder().encode(JSON.stringify(manifest)))
}

const whats = ({ removed }: Collected): string[] => removed.map(({ what }) => what).sort()

async function everything(store: Store): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for await (const { key, bytes } of store.list('')) found.set(key, bytes)
  return found
}

test('the data of a killed run are removed when it is older than the limit; it can still be computed anew', async (t) => {
  const { store, expected } = await killedRun()
  const before = await everything(store)
  const young = await collectGarbage(store)
  t.deepEqual(young.removed, [])
  t.like(young.kept[0], { run: 'r' })
  t.regex(young.kept[0]!.reason, /numpywren resume r/)
  t.true(young.kept[0]!.bytes > 0)
  t.deepEqual(await everything(store), before)

  const dry = await collectGarbage(store, { olderThanMs: day, dryRun: true })
  t.deepEqual(await everything(store), before)
  const done = await collectGarbage(store, { olderThanMs: day })
  t.deepEqual(whats(done), ['claim', 'intermediates', 'unfinished matrix'])
  t.deepEqual({ ...dry, dryRun: false }, done)
  const after = await everything(store)
  const gone = [...before].filter(([key]) => !after.has(key))
  t.is(done.objects, gone.length)
  t.is(
    done.bytes,
    gone.reduce((sum, [, bytes]) => sum + bytes, 0),
  )
  t.deepEqual(
    [...after.keys()].filter((key) => /^L\/|\/tiles\/|outputs|gc/.test(key)),
    [],
  )
  t.true(after.has('A/zarr.json') && after.has('.numpywren/runs/r/manifest.json'))
  t.deepEqual((await collectGarbage(store, { olderThanMs: 0 })).removed, [])

  await (await resume(store, 'r')).wait()
  t.deepEqual(await bitsOf(store, 'L'), expected)
})

test('the records go, too, when that is asked, and the matrices that are complete stay', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, 24, 8)
  await (await startCholesky(store, { nt: 3, id: 'r' })).wait()
  t.deepEqual((await collectGarbage(store, { olderThanMs: 0 })).removed, [])
  t.deepEqual((await collectGarbage(store, { records: true })).removed, [])
  t.deepEqual(whats(await collectGarbage(store, { records: true, olderThanMs: 0 })), ['record'])
  t.deepEqual(await keysOf(store, '.numpywren'), [])
  await (await BigMatrix.open(store, 'L')).read([0, 24], [0, 24])
  t.pass()
})

for (const [name, state, more] of [
  ['at work in this process', 'running', {}],
  ['at work on another machine', 'running', { host: 'elsewhere', pid: deadPid }],
  ['at work on another machine, whose clock is ahead', 'running', { host: 'elsewhere', heartbeatAt: Date.now() + day }],
] as const) {
  test(`a run ${name} is never touched`, async (t) => {
    const { store } = await killedRun()
    await say(store, state, more)
    const before = await everything(store)
    const { removed, kept } = await collectGarbage(store, { olderThanMs: 0, records: true })
    t.deepEqual(removed, [])
    t.is(kept[0]?.run, 'r')
    t.deepEqual(await everything(store), before)
  })
}

test('a run that has just been started and has said nothing yet is left alone', async (t) => {
  const { store } = await killedRun()
  await store.delete('.numpywren/runs/r/state.json')
  await backdate(store, 60_000)
  const before = await everything(store)
  t.deepEqual((await collectGarbage(store, { olderThanMs: 0 })).removed, [])
  t.deepEqual(await everything(store), before)
})

test('tiles that a zombie wrote after the end of a run go at once', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, 24, 8)
  await (await startCholesky(store, { nt: 3, id: 'r' })).wait()
  await store.put('.numpywren/runs/r/tiles/S/c/0/1/1', new Uint8Array(100))
  const { removed } = await collectGarbage(store)
  t.like(removed, [{ what: 'intermediates', run: 'r', objects: 1, bytes: 100 }])
  t.is(removed.length, 1)
})

test('what is left of a run without a record, and claims of runs that are gone, go with their tiles', async (t) => {
  const { store } = await killedRun()
  for (const name of ['manifest.json', 'state.json']) await store.delete(`.numpywren/runs/r/${name}`)
  const { removed } = await collectGarbage(store)
  t.deepEqual([...new Set(removed.map(({ run }) => run))], ['r'])
  t.deepEqual(
    [...(await everything(store)).keys()].filter((key) => !key.startsWith('A/')),
    [],
  )
})

test('places that others hold are not touched: another run, a run kept elsewhere, nobody that could be named', async (t) => {
  const { store } = await killedRun()
  const claim = '.numpywren/outputs/L.json'
  for (const text of [
    JSON.stringify({ run: 'other', store: 'memory://elsewhere' }),
    JSON.stringify({ run: 'r', store: 'memory://elsewhere' }),
    'not JSON',
  ]) {
    await store.put(claim, new TextEncoder().encode(text))
    const tiles = await keysOf(store, 'L/')
    const { kept } = await collectGarbage(store, { olderThanMs: 0 })
    t.deepEqual(await keysOf(store, 'L/'), tiles)
    t.deepEqual(await keysOf(store, claim), [claim])
    t.true(kept.some(({ url }) => url.endsWith('outputs/L.json')))
  }
})

test('tiles that no run claims, such as those of an import that was killed, are told of and left alone', async (t) => {
  const store = new MemoryStore()
  await storeInput(store, 24, 8)
  for (const key of ['I/c/0/0', 'deep/J/c/1', 'notes/c/readme', 'c/x']) await store.put(key, new Uint8Array(10))
  const before = await everything(store)
  const { kept, removed } = await collectGarbage(store, { olderThanMs: 0 })
  t.deepEqual(removed, [])
  t.deepEqual(kept.map(({ url, bytes }) => `${url.replace(store.url, '')} ${bytes}`).sort(), ['/I 10', '/deep/J 10'])
  t.deepEqual(await everything(store), before)
})

test('a run whose records are damaged is left to a person', async (t) => {
  const { store } = await killedRun()
  await store.put('.numpywren/runs/r/manifest.json', new TextEncoder().encode('{}'))
  await store.put('.numpywren/runs/-no-id/manifest.json', new TextEncoder().encode('{}'))
  const before = await everything(store)
  const { kept, removed } = await collectGarbage(store, { olderThanMs: 0, records: true })
  t.deepEqual(removed, [])
  t.deepEqual(kept.map(({ run }) => run).sort(), ['-no-id', 'r'])
  t.deepEqual(await everything(store), before)
})

test('a run that is resumed while gc looks at it is left alone, whenever that happens', async (t) => {
  // The resume announces itself right before the n-th call of gc to the store, whatever call that is.
  let moments = 0
  let refused = 0
  for (let moment = 1; moment <= 60; moment++) {
    const { store, expected } = await killedRun()
    let calls = 0
    let going: Promise<unknown> | undefined
    const hook = async (): Promise<void> => {
      if (++calls !== moment) return
      going = resume(store, 'r')
        .then((run) => run.wait())
        .catch((error: unknown) => error)
      if (moment % 2 === 0) await going
    }
    const watched = new FaultyStore(store, { beforeGet: hook, beforePut: hook, beforeDelete: hook })
    await collectGarbage(watched, { olderThanMs: day })
    if (going === undefined) break
    moments++
    const outcome = await going
    if (outcome instanceof Error) {
      t.true(isNumpywrenError(outcome, 'RemovalUnderWayError'), String(outcome))
      refused++
      await (await resume(store, 'r')).wait()
    }
    t.deepEqual(await bitsOf(store, 'L'), expected, `moment ${moment}`)
  }
  t.true(moments > 10 && refused > 0 && refused < moments, `${moments} moments, ${refused} refused`)
})

test('two removals at once remove everything once and hurt nobody', async (t) => {
  const { store } = await killedRun()
  const both = await Promise.all([1, 2].map(() => collectGarbage(store, { olderThanMs: day, records: true })))
  t.true(both.some(({ objects }) => objects > 0))
  t.deepEqual(
    [...(await everything(store)).keys()].filter((key) => !key.startsWith('A/')),
    [],
  )
})

test('marks of removals that were killed hold nobody up and are removed', async (t) => {
  const { store, expected } = await killedRun()
  const mark = (more: object): Uint8Array =>
    new TextEncoder().encode(JSON.stringify({ at: Date.now(), pid: process.pid, host: hostname(), ...more }))
  const key = '.numpywren/gc/runs/r/x.json'
  await store.put(key, mark({}))
  const error = await t.throwsAsync(resume(store, 'r'))
  t.true(isNumpywrenError(error, 'RemovalUnderWayError'))
  t.is((await readState(store, 'r'))?.pid, deadPid)
  await store.put(key, mark({ pid: deadPid }))
  await (await resume(store, 'r')).wait()
  t.deepEqual(await bitsOf(store, 'L'), expected)
  await store.put(key, mark({ at: Date.now() - day, host: 'elsewhere' }))
  t.deepEqual(whats(await collectGarbage(store)), ['mark'])
})

test('a place is not claimed while a removal is at it', async (t) => {
  const { store } = await killedRun()
  await store.put(
    '.numpywren/gc/outputs/L/x.json',
    new TextEncoder().encode(JSON.stringify({ at: Date.now(), pid: process.pid, host: hostname() })),
  )
  const error = await t.throwsAsync(startCholesky(store, { nt: 5, id: 'other', overwrite: true }))
  t.true(isNumpywrenError(error, 'RemovalUnderWayError'))
  t.deepEqual(await keysOf(store, '.numpywren/runs/other/'), [])
})
