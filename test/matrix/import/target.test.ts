import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { type ImportOptions, importFile } from '../../../src/matrix/import/index.ts'
import { BigMatrix } from '../../../src/matrix/index.ts'
import { FsStore } from '../../../src/storage/index.ts'
import { runPython } from '../../helpers/python.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { readWithPython } from '../helpers/python-arrays.ts'

interface Place {
  readonly folder: string
  readonly store: FsStore
  put(name: string, text: string): Promise<string>
}

async function place(t: ExecutionContext<unknown>): Promise<Place> {
  const folder = await temporaryFolder(t)
  const store = new FsStore(join(folder, 'store'))
  const put = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text)
    return join(folder, name)
  }
  return { folder, store, put }
}

const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)

test('an existing matrix is an error before any work, and is replaced when asked', async (t) => {
  const { store, put } = await place(t)
  const first = await put('first.csv', '1,2\n3,4\n')
  const second = await put('second.csv', '5,6,7\n')
  await importFile(first, store, 'A', { tile: 1 })
  const error = await t.throwsAsync(importFile('/no/such/file.csv', store, 'A'), { name: 'AlreadyExistsError' })
  t.regex(error?.message ?? '', /already a matrix at .*--overwrite/)
  const replaced = await importFile(second, store, 'A', { overwrite: true })
  t.deepEqual([...(await replaced.read()).data], [5, 6, 7])
  t.deepEqual([...(await (await BigMatrix.open(store, 'A')).read()).data], [5, 6, 7])
  t.deepEqual((await filesIn(join(store.url.slice(7)))).sort(), ['0', 'zarr.json'])
})

test('zarr-python reads what was imported', async (t) => {
  const { folder, store, put } = await place(t)
  await importFile(await put('a.csv', 'nan,2,-inf\n4,5,6\n7,8,9\n'), store, 'A', { tile: 2 })
  const found = await readWithPython(join(folder, 'store', 'A'))
  t.deepEqual(found, { shape: [3, 3], dtype: 'float64', data: ['nan', 2, '-inf', 4, 5, 6, 7, 8, 9] })
})

test('a failed replacement keeps the old matrix and leaves nothing else', async (t) => {
  const { folder, store, put } = await place(t)
  await importFile(await put('good.csv', '1,2\n3,4\n'), store, 'A', { tile: 1 })
  const before = (await filesIn(folder)).sort()
  const coordinates = '%%MatrixMarket matrix coordinate real general\n4 4 2\n1 1 5\n9 9 5\n'
  await t.throwsAsync(importFile(await put('bad.mtx', coordinates), store, 'A', { overwrite: true, tile: 1 }), {
    message: /row 9 is outside 1 to 4/,
  })
  await runPython(
    `
import os, sys, zarr
z = zarr.create_array(sys.argv[1], shape=(40, 4), dtype='f8', chunks=(1, 4)); z[...] = 1
os.truncate(sys.argv[1] + '/c/39/0', 5)`,
    join(folder, 'damaged'),
  )
  const damaged = (await filesIn(join(folder, 'damaged'))).length
  await t.throwsAsync(importFile(join(folder, 'damaged'), store, 'A', { overwrite: true, tile: 1 }), {
    message: /is damaged|wanted 32/,
  })
  t.is((await filesIn(folder)).length, before.length + 1 + damaged)
  t.deepEqual([...(await (await BigMatrix.open(store, 'A')).read()).data], [1, 2, 3, 4])
})

test('an aborted import stops with the reason and leaves nothing', async (t) => {
  const { store, put } = await place(t)
  const file = await put('a.csv', '1,2,3\n'.repeat(1000))
  const controller = new AbortController()
  const reason = new Error('enough')
  const options: ImportOptions = {
    tile: 1,
    signal: controller.signal,
    onProgress: ({ step, done }) => step === 'write' && done > 0 && controller.abort(reason),
  }
  t.is(await t.throwsAsync(importFile(file, store, 'A', options)), reason)
  t.deepEqual(await filesIn(join(store.url.slice(7))), [])
})

test('progress ends with every byte parsed and every tile written', async (t) => {
  const { store, put } = await place(t)
  const seen = new Map<string, { done: number; total: number }>()
  const file = await put('a.csv', '1,2,3\n'.repeat(100))
  await importFile(file, store, 'A', { tile: [7, 2], onProgress: (progress) => seen.set(progress.step, progress) })
  t.like(seen.get('parse'), { done: 600, total: 600 })
  t.like(seen.get('write'), { done: 30, total: 30 })
})

test('the tile is the one that was asked for, or 1024 within the matrix', async (t) => {
  const { store, put } = await place(t)
  const file = await put('a.csv', '1,2,3\n'.repeat(2000))
  t.deepEqual((await importFile(file, store, 'A')).layout, { shape: [2000, 3], tile: [1024, 3], dtype: 'float64' })
  const asked = await importFile(pathToFileURL(file).href, store, 'B', { tile: [1024, 256], dtype: 'float32' })
  t.deepEqual(asked.layout, { shape: [2000, 3], tile: [1024, 256], dtype: 'float32' })
})

test('a scratch folder that cannot be written ends clearly', async (t) => {
  const { folder, store, put } = await place(t)
  const file = await put('a.csv', '1,2\n')
  await t.throwsAsync(importFile(file, store, 'A', { scratch: join(folder, 'none') }), {
    message: /could not write .*none/,
  })
  t.deepEqual(await filesIn(join(folder, 'store')), [])
})

test('bad options and places that hold no file are errors of the input', async (t) => {
  const { folder, store, put } = await place(t)
  const file = await put('a.csv', '1\n')
  await mkdir(join(folder, 'folder'))
  const cases: readonly (readonly [string, object, RegExp])[] = [
    [file, { tile: 0 }, /tile must be one or two whole numbers of at least 1, got 0/],
    [file, { tile: [2, 1.5] }, /tile must be .* got 2,1.5/],
    [file, { dtype: 'int8' }, /dtype must be float64 or float32, got "int8"/],
    [join(folder, 'none.npy'), {}, /cannot read .*none\.npy: there is no such file/],
    [join(file, 'below'), {}, /a part of this path is not a folder/],
    ['/dev/null', {}, /\/dev\/null is not a regular file/],
    ['', {}, /name of the file to import is empty/],
    ['file://host/a', {}, /no valid file URL/],
    ['ftp://host/a', {}, /unknown scheme ftp/],
    [join(folder, 'folder'), {}, /holds no Zarr array/],
  ]
  for (const [name, options, message] of cases) {
    const error = await t.throwsAsync(importFile(name, store, 'A', options), { message })
    t.is((error as { category?: string } | undefined)?.category, 'input')
  }
})
