import { randomUUID } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { npyHeader } from '../../../src/matrix/export/npy.ts'
import { importFile } from '../../../src/matrix/import/index.ts'
import { MemoryStore, openStore } from '../../../src/storage/index.ts'
import { filesUnder } from '../../helpers/cli.ts'
import { importsAsExpected, writeForeignFiles } from './helpers/foreign-files.ts'

/** Writes what a Python program writes into a store, and imports each from there. */
async function importsFromStore(t: ExecutionContext, program: string, names: readonly string[]): Promise<void> {
  const root = `memory://${randomUUID()}/some/where`
  const store = openStore(root)
  const files = await writeForeignFiles(t, program)
  t.deepEqual(files.map(({ file }) => basename(file)).toSorted(), [...names].toSorted())
  for (const { file } of files) {
    const isFolder = (await stat(file)).isDirectory()
    for (const part of isFolder ? await filesUnder(file) : ['']) {
      const path = isFolder ? `${file}/${part}` : file
      await store.put(isFolder ? `${basename(file)}/${part}` : basename(file), await readFile(path))
    }
  }
  for (const each of files) {
    const file = `${root}/${basename(each.file)}`
    await importsAsExpected(t, { ...each, file }, { tile: [50, 30] })
    await importsAsExpected(t, { ...each, file: `${file}/` })
  }
}

test('files of every format are read from any store', async (t) => {
  await importsFromStore(
    t,
    `
import scipy.io
a = rng.standard_normal((140, 90)).round(3)
np.save('c.npy', a); holds('c.npy', a)
np.save('f.npy', np.asfortranarray(a)); holds('f.npy', a)
# Wider than a group of tiles and than one range: its lines are read in pieces.
wide = rng.standard_normal((60, 150000)); np.save('wide.npy', wide); holds('wide.npy', wide)
np.savetxt('t.csv', a, delimiter=','); holds('t.csv', a)
scipy.io.mmwrite('m.mtx', a); holds('m.mtx', np.loadtxt('t.csv', delimiter=','))`,
    ['c.npy', 'f.npy', 'wide.npy', 't.csv', 'm.mtx'],
  )
})

test('foreign Zarr arrays are read from any store', async (t) => {
  await importsFromStore(
    t,
    `
import zarr
a = rng.standard_normal((37, 29))
for version in [2, 3]:
    z = zarr.create_array(f'v{version}', shape=a.shape, dtype=a.dtype, chunks=(8, 10), zarr_format=version); z[...] = a; holds(f'v{version}', a)
z = zarr.create_array('shards', shape=a.shape, dtype=a.dtype, chunks=(4, 5), shards=(8, 10)); z[...] = a; holds('shards', a)`,
    ['v2', 'v3', 'shards'],
  )
})

test('what is not there, is empty or is nothing that can be read says so', async (t) => {
  const root = `memory://${randomUUID()}`
  const store = openStore(root)
  await store.put('empty.npy', new Uint8Array(0))
  await store.put('short.npy', header(3))
  await store.put('model.h5', Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'))
  const failure = async (name: string): Promise<string> => {
    const error = await t.throwsAsync(importFile(`${root}/${name}`, new MemoryStore(), 'A'))
    t.is((error as { category?: string }).category, 'input')
    return (error as Error).message
  }
  t.is(await failure('none.npy'), `cannot read ${root}/none.npy: there is no such object`)
  t.is(await failure('none'), `${root}/none holds no Zarr array: neither zarr.json nor .zarray is there`)
  t.is(await failure('empty.npy'), `${root}/empty.npy: the file is empty`)
  t.regex(await failure('short.npy'), /short\.npy: truncated: shape 3x3 needs 72 bytes of data, found 8/)
  t.regex(await failure('model.h5'), /the file is HDF5/)
})

test('an object that is replaced by a shorter one during the import is found out', async (t) => {
  const root = `memory://${randomUUID()}`
  const store = openStore(root)
  const elements = new Uint8Array(600 * 600 * 8)
  await store.put('a.npy', Buffer.concat([header(600), elements.subarray(8)]))
  let isShort = false
  const error = await t.throwsAsync(
    importFile(`${root}/a.npy`, new MemoryStore(), 'A', {
      tile: 100,
      onProgress: () => {
        if (!isShort) void store.put('a.npy', new Uint8Array(200))
        isShort = true
      },
    }),
  )
  t.regex(String(error), /there is less of it than its \d+ bytes; was it replaced meanwhile\?/)
})

/** Head of an n x n matrix of doubles, and its first element. */
function header(n: number): Uint8Array {
  return Buffer.concat([npyHeader({ shape: [n, n], dtype: 'float64' }), new Uint8Array(8)])
}
