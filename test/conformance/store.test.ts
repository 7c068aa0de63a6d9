/** What every store must do. A new store is one more row of `implementations`. */

import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { FsStore, MemoryStore, openStore, type Store } from '../../src/storage/index.ts'
import { type FakeGcs, startFakeGcs } from '../helpers/servers/fake-gcs.ts'
import { type GivenS3, givenS3 } from '../helpers/servers/given-s3.ts'
import { startVersitygw } from '../helpers/servers/versitygw.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const implementations: Record<string, (t: ExecutionContext) => Promise<Store>> = {
  memory: async () => new MemoryStore(),
  fs: async (t) => new FsStore(await temporaryFolder(t)),
  s3: (t) => remoteStore(t, async (bucket) => (await s3()).url(bucket)),
  gs: (t) => remoteStore(t, async (bucket) => (await gs()).url(bucket)),
}
/** Stores that keep one key from being the folder of another; a service without folders notices nothing. */
const haveFolders = ['memory', 'fs', ...(process.env.NUMPYWREN_TEST_S3_ENDPOINT ? [] : ['s3'])]

// One server for all tests of this file, started by the first that asks.
const undo: (() => unknown)[] = []
const shared = { teardown: (step: () => unknown) => void undo.push(step) }
test.after.always(async () => {
  for (const step of undo.reverse()) await step()
})

let startedS3: Promise<GivenS3> | undefined
async function s3(): Promise<GivenS3> {
  startedS3 ??= Promise.resolve(givenS3(shared) ?? startVersitygw(shared))
  const server = await startedS3
  Object.assign(process.env, server.env)
  return server
}

let startedGs: Promise<FakeGcs> | undefined
async function gs(): Promise<FakeGcs> {
  startedGs ??= startFakeGcs(shared, { backend: 'memory' })
  const server = await startedGs
  Object.assign(process.env, server.env)
  return server
}

let buckets = 0
/** A store in a bucket of its own, below a prefix. */
async function remoteStore(t: ExecutionContext, urlOf: (bucket: string) => Promise<string>): Promise<Store> {
  const store = openStore(`${await urlOf(`bucket-${buckets++}`)}/some/prefix`)
  t.teardown(() => store.close())
  return store
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

async function keysOf(store: Store, prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of store.list(prefix)) keys.push(key)
  return keys.toSorted()
}

for (const [name, make] of Object.entries(implementations)) {
  test(`${name}: an object comes back as it was put, and a second put replaces it`, async (t) => {
    const store = await make(t)
    t.is(await store.get('a/b'), undefined)
    t.is(await store.stat('a/b'), undefined)
    t.true(await store.put('a/b', bytes(1, 2, 3)))
    t.deepEqual(await store.get('a/b'), bytes(1, 2, 3))
    t.deepEqual(await store.stat('a/b'), { bytes: 3 })
    t.true(await store.put('a/b', bytes(9)))
    t.deepEqual(await store.get('a/b'), bytes(9))
    t.true(await store.put('empty', bytes()))
    t.deepEqual(await store.get('empty'), bytes())
  })

  test(`${name}: what was put does not change with the caller's buffer`, async (t) => {
    const store = await make(t)
    const mine = bytes(1, 2)
    await store.put('a', mine)
    mine[0] = 7
    t.deepEqual(await store.get('a'), bytes(1, 2))
    const buffer = Buffer.from([1, 2])
    await store.put('b', buffer)
    buffer[0] = 7
    t.deepEqual(await store.get('b'), bytes(1, 2))
    const got = (await store.get('b'))!
    got[0] = 7
    t.deepEqual(await store.get('b'), bytes(1, 2))
  })

  test(`${name}: ranges, also past the end`, async (t) => {
    const store = await make(t)
    await store.put('a', bytes(0, 1, 2, 3, 4))
    t.deepEqual(await store.get('a', { range: { offset: 1, length: 2 } }), bytes(1, 2))
    t.deepEqual(await store.get('a', { range: { offset: 3, length: 9 } }), bytes(3, 4))
    t.deepEqual(await store.get('a', { range: { offset: 9, length: 2 } }), bytes())
    t.deepEqual(await store.get('a', { range: { suffix: 2 } }), bytes(3, 4))
    t.deepEqual(await store.get('a', { range: { suffix: 9 } }), bytes(0, 1, 2, 3, 4))
    t.is(await store.get('b', { range: { suffix: 2 } }), undefined)
  })

  test(`${name}: a buffer that fits exactly is filled, any other is left alone`, async (t) => {
    const store = await make(t)
    await store.put('a', bytes(5, 6, 7))
    const fits = new Uint8Array(3)
    t.is(await store.get('a', { into: fits }), fits)
    t.deepEqual(fits, bytes(5, 6, 7))
    for (const length of [2, 4]) {
      const other = new Uint8Array(length)
      t.deepEqual(await store.get('a', { into: other }), bytes(5, 6, 7))
      t.deepEqual(other, new Uint8Array(length))
    }
  })

  test(`${name}: of many that create a key at once one wins, and its bytes stay`, async (t) => {
    const store = await make(t)
    const wins = await Promise.all(
      Array.from({ length: 16 }, (_, i) => store.put('x/y', new Uint8Array(1000).fill(i), { ifAbsent: true })),
    )
    t.is(wins.filter(Boolean).length, 1)
    t.deepEqual(await store.get('x/y'), new Uint8Array(1000).fill(wins.indexOf(true)))
    t.deepEqual(await keysOf(store, ''), ['x/y'])
  })

  test(`${name}: delete removes, also what is not there, and frees the names of folders`, async (t) => {
    const store = await make(t)
    await store.put('a/b/c', bytes(1))
    await store.delete('a/b/c')
    await store.delete('a/b/c')
    await store.delete('nothing/here')
    t.is(await store.get('a/b/c'), undefined)
    t.true(await store.put('a', bytes(2)))
    t.deepEqual(await keysOf(store, ''), ['a'])
  })

  test(`${name}: many objects are removed at once, also those that are not there`, async (t) => {
    const store = await make(t)
    for (let i = 0; i < 20; i++) await store.put(`m/${i}/o`, bytes(i))
    await store.put('n/o', bytes(1))
    await store.deleteAll(['nothing/here', 'm/0/o', 'm/0/o'])
    await store.deleteAll([])
    t.is((await keysOf(store, 'm/')).length, 19)
    const listed = async function* (): AsyncGenerator<string> {
      for await (const { key } of store.list('m/')) yield key
    }
    await store.deleteAll(listed())
    t.deepEqual(await keysOf(store, ''), ['n/o'])
    await t.throwsAsync(store.deleteAll(['../n/o']), { name: 'InvalidKeyError' })
    await t.throwsAsync(store.deleteAll(['n/o'], { signal: AbortSignal.abort() }), { name: 'AbortError' })
    t.deepEqual(await keysOf(store, ''), ['n/o'])
  })

  if (haveFolders.includes(name)) {
    test(`${name}: no key is the folder of another`, async (t) => {
      const store = await make(t)
      await store.put('a/b', bytes(1))
      await store.put('f', bytes(1))
      for (const key of ['a', 'a/b/c', 'f/g', 'f/g/h']) {
        await t.throwsAsync(store.put(key, bytes(2)), { name: 'KeyConflictError', message: /folder of another/ }, key)
        await t.throwsAsync(store.put(key, bytes(2), { ifAbsent: true }), { name: 'KeyConflictError' }, key)
        t.is(await store.get(key), undefined)
        t.is(await store.stat(key), undefined)
        await store.delete(key)
      }
      t.deepEqual(await keysOf(store, ''), ['a/b', 'f'])
    })
  }

  test(`${name}: keys that break the rules are refused by every call`, async (t) => {
    const store = await make(t)
    const unspeakable = ['a\0b', '\u0001', 'a\r', '\uffff', '\ud800']
    const keys = ['', '/a', 'a/', 'a//b', '.', '..', 'a/../b', '../a', 'a/./b', 'a/.npw-tmp-1', ...unspeakable]
    for (const key of keys) {
      const calls = [store.get(key), store.put(key, bytes(1)), store.stat(key), store.delete(key)]
      for (const call of calls) await t.throwsAsync(call, { name: 'InvalidKeyError' }, JSON.stringify(key))
    }
    await t.throwsAsync(keysOf(store, '../'), { name: 'InvalidKeyError' })
    await t.throwsAsync(keysOf(store, '/'), { name: 'InvalidKeyError' })
    for (const prefix of unspeakable) {
      await t.throwsAsync(keysOf(store, prefix), { name: 'InvalidKeyError' }, JSON.stringify(prefix))
    }
  })

  test(`${name}: names with spaces, dots, signs and letters of any script are keys`, async (t) => {
    const store = await make(t)
    const keys = ['.zarray', 'a b/c%20d', 'c.0.1', 'x#y?z', 'é/日本', '..a', '-', 'p+q&r', `<it's "so">`]
    for (const [i, key] of keys.entries()) await store.put(key, bytes(i))
    for (const [i, key] of keys.entries()) t.deepEqual(await store.get(key), bytes(i))
    t.deepEqual(await keysOf(store, ''), keys.toSorted())
  })

  test(`${name}: a listing has every object under a plain string prefix, with its size`, async (t) => {
    const store = await make(t)
    const segment = fc.constantFrom('a', 'b', 'ab', 'c0')
    const keys = fc.uniqueArray(
      fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => [...parts, 'o'].join('/')),
    )
    await fc.assert(
      fc.asyncProperty(
        keys,
        fc.constantFrom('', 'a', 'a/', 'ab/a', 'a/b/o', 'c', 'zz', 'zz/y'),
        async (all, prefix) => {
          for (const key of all) await store.put(key, new Uint8Array(key.length))
          const found: { key: string; bytes: number }[] = []
          for await (const object of store.list(prefix)) found.push({ ...object })
          for (const key of all) await store.delete(key)
          const wanted = all.filter((key) => key.startsWith(prefix)).map((key) => ({ key, bytes: key.length }))
          const byKey = (x: { key: string }, y: { key: string }): number => (x.key < y.key ? -1 : 1)
          t.deepEqual(found.toSorted(byKey), wanted.toSorted(byKey))
        },
      ),
      { numRuns: 25 },
    )
  })

  test(`${name}: objects may go and come while a listing runs`, async (t) => {
    const store = await make(t)
    for (let i = 0; i < 50; i++) await store.put(`m/${i}/o`, bytes(i))
    let seen = 0
    for await (const { key } of store.list('m/')) {
      seen++
      await store.delete(key)
    }
    t.is(seen, 50)
    t.deepEqual(await keysOf(store, ''), [])
  })

  test(`${name}: readers during writes see one version or the other, whole`, async (t) => {
    const store = await make(t)
    const size = 100_000
    await store.put('k', new Uint8Array(size))
    let done = false
    const writer = (async () => {
      for (let i = 1; i <= 20; i++) await store.put('k', new Uint8Array(size).fill(i))
      done = true
    })()
    while (!done) {
      const seen = (await store.get('k'))!
      t.is(seen.length, size)
      t.true(seen.every((value) => value === seen[0]))
    }
    await writer
    t.deepEqual(await store.get('k'), new Uint8Array(size).fill(20))
  })

  test(`${name}: puts and deletes in one folder do not disturb each other`, async (t) => {
    const store = await make(t)
    const lane = async (id: number): Promise<void> => {
      for (let i = 0; i < 20; i++) {
        await store.put(`d/e/${id}`, bytes(id))
        await store.delete(`d/e/${id}`)
      }
    }
    await Promise.all([1, 2, 3, 4].map(lane))
    t.deepEqual(await keysOf(store, ''), [])
  })

  test(`${name}: an aborted signal stops every call`, async (t) => {
    const store = await make(t)
    const signal = AbortSignal.abort()
    await t.throwsAsync(store.put('a', bytes(1), { signal }), { name: 'AbortError' })
    await t.throwsAsync(store.get('a', { signal }), { name: 'AbortError' })
    await t.throwsAsync(store.stat('a', { signal }), { name: 'AbortError' })
    await t.throwsAsync(store.delete('a', { signal }), { name: 'AbortError' })
    t.is(await store.get('a'), undefined)
  })
}
