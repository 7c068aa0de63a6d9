/** No key, however written, reaches outside of a store's root: neither to read, nor to write, nor to list, nor to remove. */

import { mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { isNumpywrenError } from '../../src/errors.ts'
import { FsStore, MemoryStore, openStore, type Store } from '../../src/storage/index.ts'
import { startFakeGcs } from '../helpers/servers/fake-gcs.ts'
import { startVersitygw } from '../helpers/servers/versitygw.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** A store and, below its root, another: what the inner one may never touch lies in the outer one. */
interface Nested {
  readonly outer: Store
  readonly inner: Store
}

const root = 'outer/root'
const nested = (url: string): Nested => ({ outer: openStore(url), inner: openStore(`${url}/${root}`) })

const stores: Record<string, { make: (t: ExecutionContext) => Promise<Nested>; tries: number }> = {
  memory: {
    make: async () => ({ outer: new MemoryStore('keys'), inner: new MemoryStore('keys', root) }),
    tries: 200,
  },
  fs: { make: async (t) => nested(await temporaryFolder(t)), tries: 100 },
  s3: {
    async make(t) {
      const server = await startVersitygw(t)
      Object.assign(process.env, server.env)
      return nested(await server.url('keys'))
    },
    tries: 100,
  },
  gs: {
    async make(t) {
      const server = await startFakeGcs(t, { backend: 'memory' })
      Object.assign(process.env, server.env)
      return nested(await server.url('keys'))
    },
    tries: 100,
  },
}

const segment = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('..', '.', '', '%2e%2e', '..%2f', '%2e%2e%2f', '%00', '\0', '\ud800') },
  { weight: 2, arbitrary: fc.constantFrom('a', 'outer', 'root', 'secret', '~', 'C:', '..\\', '\\..\\', '...', '.. ') },
  fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }),
)
const hostileKey = fc
  .tuple(fc.constantFrom('', '/', '//', 'file:///', './'), fc.array(segment, { minLength: 1, maxLength: 5 }))
  .map(([start, segments]) => start + segments.join('/'))

async function contents(store: Store, prefix: string): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for await (const { key, bytes } of store.list(prefix)) found.set(key, bytes)
  return found
}

/** Does what may be refused for the key itself, or because one key would be the folder of another; anything else is a fault. */
async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (isNumpywrenError(error, 'InvalidKeyError', 'KeyConflictError')) return undefined
    throw error
  }
}

for (const [name, { make, tries }] of Object.entries(stores)) {
  test(`${name}: no key climbs out of the store`, async (t) => {
    const { outer, inner } = await make(t)
    const secret = new TextEncoder().encode('out of reach')
    for (const key of ['secret', 'outer/secret', 'outer/root2/secret', 'a']) await outer.put(key, secret)
    const around = async (): Promise<[string, number][]> =>
      [...(await contents(outer, ''))].filter(([key]) => !key.startsWith(`${root}/`))
    const before = await around()
    const seen = async (key: string): Promise<void> => {
      const bytes = await attempt(() => inner.get(key))
      if (bytes !== undefined) t.notDeepEqual(bytes, secret, JSON.stringify(key))
      const part = await attempt(() => inner.get(key, { range: { offset: 0, length: 3 } }))
      if (part !== undefined) t.notDeepEqual(part, secret.subarray(0, 3), JSON.stringify(key))
      const size = await attempt(() => inner.stat(key))
      if (size !== undefined) t.not(size.bytes, secret.length, JSON.stringify(key))
    }
    await fc.assert(
      fc.asyncProperty(hostileKey, async (key) => {
        await seen(key)
        await attempt(() => inner.delete(key))
        await attempt(() => inner.deleteAll([key]))
        const wasPut = await attempt(() => inner.put(key, Uint8Array.of(1, 2)))
        await attempt(() => inner.put(key, Uint8Array.of(1, 2), { ifAbsent: true }))
        await seen(key)
        for (const prefix of [key, `${key}/`]) {
          for (const [found] of (await attempt(() => contents(inner, prefix))) ?? []) {
            t.true(found.startsWith(prefix), `${JSON.stringify(prefix)} lists ${JSON.stringify(found)}`)
          }
        }
        if (wasPut) {
          t.deepEqual(await inner.get(key), Uint8Array.of(1, 2), JSON.stringify(key))
          await inner.delete(key)
        }
      }),
      { numRuns: tries },
    )
    t.deepEqual(await around(), before)
    t.deepEqual([...(await contents(outer, `${root}/`))], [])
    await Promise.all([outer.close(), inner.close()])
  })
}

test('fs: links in a store are followed by name only; nothing is listed, replaced or removed behind them', async (t) => {
  const folder = await temporaryFolder(t)
  const outside = join(folder, 'outside')
  const inside = join(folder, 'store')
  await mkdir(join(outside, 'deep'), { recursive: true })
  await mkdir(inside)
  await writeFile(join(outside, 'deep/secret'), 'secret')
  await symlink(outside, join(inside, 'folder'))
  await symlink(join(outside, 'deep/secret'), join(inside, 'file'))
  const store = new FsStore(inside)

  // Whoever could make the link could have made a copy: what it shows is the store's.
  t.is(new TextDecoder().decode(await store.get('file')), 'secret')
  t.deepEqual([...(await contents(store, '')).keys()], ['file'])
  t.deepEqual([...(await contents(store, 'folder/')).keys()].length <= 1, true)

  await store.put('file', new TextEncoder().encode('mine'))
  t.is(await readFile(join(outside, 'deep/secret'), 'utf8'), 'secret')
  await t.throwsAsync(readlink(join(inside, 'file')))
  await symlink(join(outside, 'deep/secret'), join(inside, 'other'))
  await store.delete('other')
  t.is(await readFile(join(outside, 'deep/secret'), 'utf8'), 'secret')
  t.true((await stat(outside)).isDirectory())
  t.deepEqual((await readdir(inside)).sort(), ['file', 'folder'])
})
