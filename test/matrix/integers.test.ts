/** Matrices and vectors of whole numbers: stored as int64, float64 in memory. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import { kernelRegistry } from '../../src/kernels/index.ts'
import { BigMatrix, exportFile, type Layout, listArrays, transposed } from '../../src/matrix/index.ts'
import { doublesToIntegers, integersToDoubles } from '../../src/matrix/integers.ts'
import { startRun } from '../../src/run/index.ts'
import { FsStore, MemoryStore } from '../../src/storage/index.ts'
import { provider, runOptions } from '../helpers/driven-cholesky.ts'
import { runPython } from '../helpers/python.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { counting } from './helpers/model.ts'
import { readWithPython, writeWithPython } from './helpers/python-arrays.ts'

const largest = 2 ** 53
const values = [0, 1, -1, 2 ** 32, -(2 ** 32), 2 ** 31, -(2 ** 31) - 1, largest, -largest, 7, 4294967295, -4294967297]
const layout: Layout = { shape: [4, 3], tile: [3, 2], dtype: 'int64' }

test('doubles and 64-bit integers are each other’s image up to 2^53', (t) => {
  const exact = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(...values))
  fc.assert(
    fc.property(fc.array(exact), (numbers) => {
      const data = Float64Array.from(numbers, (value) => value + 0)
      t.is(doublesToIntegers(data), undefined)
      t.deepEqual(
        [...new BigInt64Array(data.buffer)],
        numbers.map((value) => BigInt(value)),
      )
      integersToDoubles(new Uint8Array(data.buffer))
      t.deepEqual(
        [...data],
        numbers.map((value) => value + 0),
      )
    }),
  )
  for (const bad of [0.5, Number.NaN, Infinity, largest + 2, -1e300]) {
    t.is(doublesToIntegers(Float64Array.of(3, bad)), 1)
  }
})

test('zarr-python reads a matrix of int64, and ours reads back what was written', async (t) => {
  const folder = await temporaryFolder(t)
  const store = new FsStore(folder)
  const matrix = await BigMatrix.create(store, 'P', layout)
  await matrix.write(values)
  t.deepEqual(await readWithPython(join(folder, 'P')), { shape: [4, 3], dtype: 'int64', data: values })
  const opened = await BigMatrix.open(store, 'P')
  t.is(opened.layout.dtype, 'int64')
  t.deepEqual([...(await opened.read()).data], values)
  t.deepEqual([...(await transposed(opened).read([0, 1])).data], [0, 2 ** 32, -(2 ** 31) - 1, 7])
  await opened.deleteTile([1, 1])
  t.deepEqual([...(await opened.read([3, 4])).data], [7, 4294967295, 0])
  t.is((await opened.describe()).dtype, 'int64')
  t.like((await listArrays(store, ''))[0], { dtype: 'int64', shape: [4, 3] })
})

for (const options of [
  "chunks=(3, 2), dtype='int64'",
  "chunks=(3, 2), dtype='int64', serializer=BytesCodec(endian='big'), compressors=None, fill_value=-3",
])
  test(`an int64 array of zarr-python is read: ${options}`, async (t) => {
    const folder = await temporaryFolder(t)
    await writeWithPython(join(folder, 'A'), [4, 5], options)
    const matrix = await BigMatrix.open(new FsStore(folder), 'A')
    t.deepEqual([...(await matrix.read()).data], counting(20))
    t.is(matrix.fillValue, options.includes('-3') ? -3 : 0)
  })

test('a tile that is written stays as it was', async (t) => {
  const matrix = await BigMatrix.create(new MemoryStore(), 'P', layout)
  const tile = await matrix.readTile([0, 0], { into: new ArrayBuffer(matrix.tileBytes) })
  tile.data.set([1, 2, 3, -4, 5, 6])
  await matrix.putTile([0, 0], tile)
  t.deepEqual([...tile.data.subarray(0, 6)], [1, 2, 3, -4, 5, 6])
  t.deepEqual([...(await matrix.readTile([0, 0])).data], [1, 2, 3, -4, 5, 6])
})

test('what is no whole number cannot be stored, and says where', async (t) => {
  const matrix = await BigMatrix.create(new MemoryStore(), 'P', layout)
  await t.throwsAsync(matrix.write([2, 3], [0, 3], [1, 2.5, 3]), {
    name: 'InputError',
    message: /tile \[0,0\] of .* holds 2.5 at row 2, column 1 of the tile; it stores int64/,
  })
  await t.throwsAsync(BigMatrix.create(new MemoryStore(), 'P', layout, { fillValue: 0.5 }), {
    name: 'InvalidLayoutError',
  })
})

test('export: int64 in .npy, whole numbers in .csv, vectors of one dimension', async (t) => {
  const folder = await temporaryFolder(t)
  const matrix = await BigMatrix.create(new MemoryStore(), 'P', layout)
  await matrix.write(values)
  const vector = await BigMatrix.create(new MemoryStore(), 'v', { shape: [12], tile: [5], dtype: 'int64' })
  await vector.write(values)
  await exportFile(matrix, join(folder, 'P.npy'))
  await exportFile(vector, join(folder, 'v.npy'))
  const program = `
import json, sys, numpy as np
a, v = np.load(sys.argv[1]), np.load(sys.argv[2])
print(json.dumps([str(a.dtype), a.shape, a.ravel().tolist(), str(v.dtype), v.shape, v.tolist()]))`
  const found = JSON.parse(await runPython(program, join(folder, 'P.npy'), join(folder, 'v.npy')))
  t.deepEqual(found, ['int64', [4, 3], values, 'int64', [12], values])
  await exportFile(matrix, join(folder, 'P.csv'))
  t.true((await readFile(join(folder, 'P.csv'), 'utf8')).startsWith('0,1,-1\n4294967296,-4294967296,2147483648\n'))
})

/** Positions of rows as a vector, and the rows in that order: kernels see float64, the store int64. */
const program = `
def f(A: BigMatrix, P: BigMatrix, v: BigMatrix, B: BigMatrix, N: int):
    for i in range(0, N):
        v[i] = scale(P[i, 0], 2)
        B[i, 0] = mul(A[i, 0], v[i])
    return v, B
`

for (const durability of ['full', 'outputs'] as const)
  test(`a run reads and writes int64, a vector of one dimension among its outputs (${durability})`, async (t) => {
    const folder = await temporaryFolder(t)
    const store = new FsStore(folder)
    const A = await BigMatrix.create(store, 'A', { shape: [7, 1], tile: [3, 1], dtype: 'float64' })
    await A.write([0.5, 1, 1.5, 2, 2.5, 3, 3.5])
    const P = await BigMatrix.create(store, 'P', { shape: [7, 1], tile: [3, 1], dtype: 'int64' })
    await P.write([6, 5, 4, 3, 2, 1, 0])
    const start = (text: string): Promise<unknown> =>
      startRun({
        store,
        program: { text },
        args: { N: 3 },
        bindings: {
          A: { path: 'A' },
          P: { path: 'P' },
          v: { path: 'v', layout: { shape: [7], tile: [3], dtype: 'int64' } },
          B: { path: 'B' },
        },
        kernels: kernelRegistry,
        provider,
        options: { ...runOptions, durability },
      }).then((run) => run.wait())
    await start(program)
    t.deepEqual(await readWithPython(join(folder, 'v')), { shape: [7], dtype: 'int64', data: [12, 10, 8, 6, 4, 2, 0] })
    const B = await BigMatrix.open(store, 'B')
    t.deepEqual(B.layout, { shape: [7, 1], tile: [3, 1], dtype: 'float64' })
    t.deepEqual([...(await B.read()).data], [6, 10, 12, 12, 10, 6, 0])
    const halves = program.replace('scale(P[i, 0], 2)', 'scale(P[i, 0], 0.5)')
    await store.delete('v/zarr.json')
    await store.delete('B/zarr.json')
    await t.throwsAsync(start(halves), {
      // Two tiles are at fault, and either may be the first.
      message: /holds (2\.5 at row 1|1\.5 at row 0), column 0 of the tile; it stores int64/,
    })
  })
