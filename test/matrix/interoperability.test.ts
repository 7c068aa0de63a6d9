/** Our arrays in zarr-python and zarrita, theirs in ours. */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { get, open, root } from 'zarrita'
import { BigMatrix, type Layout } from '../../src/matrix/index.ts'
import { FsStore } from '../../src/storage/index.ts'
import { runPython } from '../helpers/python.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { counting } from './helpers/model.ts'
import { asPythonPrints, readWithPython, writeWithPython } from './helpers/python-arrays.ts'

const ours: Record<string, Layout & { fillValue: number }> = {
  'a matrix with edge tiles': { shape: [7, 5], tile: [3, 2], dtype: 'float64', fillValue: 0 },
  'float32, tiles larger than the matrix, NaN between': {
    shape: [3, 2],
    tile: [8, 4],
    dtype: 'float32',
    fillValue: NaN,
  },
  'a stack, infinity between': { shape: [2, 3, 5, 4], tile: [1, 1, 2, 3], dtype: 'float64', fillValue: Infinity },
  'a vector, minus infinity between': { shape: [7], tile: [3], dtype: 'float64', fillValue: -Infinity },
  'a fraction between': { shape: [4, 4], tile: [2, 2], dtype: 'float64', fillValue: 0.1 },
}

for (const [what, { fillValue, ...layout }] of Object.entries(ours)) {
  test(`zarr-python and zarrita read ${what}, with NaN, infinities and missing chunks`, async (t) => {
    const folder = await temporaryFolder(t)
    const store = new FsStore(folder)
    const matrix = await BigMatrix.create(store, 'A', layout, { fillValue, attributes: { structure: 'general' } })
    const values = counting(layout.shape.reduce((a, b) => a * b))
    values[1] = NaN
    values[2] = -Infinity
    await matrix.write(values)
    await matrix.deleteTile(layout.shape.map(() => 0))
    const wanted = [...(await matrix.read()).data]
    const python = await readWithPython(join(folder, 'A'))
    t.deepEqual(python, { shape: [...layout.shape], dtype: layout.dtype, data: asPythonPrints(wanted) })
    const readable = { get: (key: string) => store.get(key.slice(1)) }
    const array = await open.v3(root(readable).resolve('/A'), { kind: 'array' })
    // zarrita gives a view with strides; element by element is layout-free.
    const chunk = await get(array)
    const { data, stride, shape } = chunk as { data: Float64Array; stride: number[]; shape: number[] }
    t.deepEqual(shape, [...layout.shape])
    t.deepEqual(rowMajor(data, shape, stride), wanted)
  })
}

function rowMajor(data: Float64Array, shape: readonly number[], stride: readonly number[]): number[] {
  return counting(shape.reduce((a, b) => a * b)).map((at) => {
    let rest = at
    let offset = 0
    for (let dimension = shape.length - 1; dimension >= 0; dimension--) {
      offset += (rest % shape[dimension]!) * stride[dimension]!
      rest = Math.floor(rest / shape[dimension]!)
    }
    return data[offset]!
  })
}

const theirs: Record<string, { shape: number[]; options: string }> = {
  'row-major, compressed with zstd by default': { shape: [7, 5], options: "chunks=(3, 2), dtype='float64'" },
  'row-major, plain': { shape: [7, 5], options: "chunks=(3, 2), dtype='float64', compressors=None" },
  'our own codecs': {
    shape: [7, 5],
    options: "chunks=(3, 2), dtype='float64', filters=[TransposeCodec(order=(1, 0))], compressors=[Crc32cCodec()]",
  },
  'big endian, gzip, float32': {
    shape: [7, 5],
    options: "chunks=(3, 2), dtype='float32', serializer=BytesCodec(endian='big'), compressors=[GzipCodec()]",
  },
  'column-major, big endian, zstd and a checksum': {
    shape: [7, 5],
    options:
      "chunks=(3, 2), dtype='float64', filters=[TransposeCodec(order=(1, 0))], serializer=BytesCodec(endian='big'), compressors=[ZstdCodec(), Crc32cCodec()]",
  },
  'a transposed transpose': {
    shape: [7, 5],
    options:
      "chunks=(3, 2), dtype='float64', filters=[TransposeCodec(order=(1, 0)), TransposeCodec(order=(1, 0))], compressors=None",
  },
  'a stack in reversed order, keys as in v2': {
    shape: [2, 4, 3],
    options:
      "chunks=(1, 3, 2), dtype='float64', filters=[TransposeCodec(order=(2, 1, 0))], chunk_key_encoding={'name': 'v2', 'separator': '.'}",
  },
  'a vector, keys with dots': {
    shape: [7],
    options: "chunks=(3,), dtype='float64', chunk_key_encoding={'name': 'default', 'separator': '.'}",
  },
}

async function openedFromPython(t: ExecutionContext, shape: number[], options: string): Promise<BigMatrix> {
  const folder = await temporaryFolder(t)
  await writeWithPython(join(folder, 'A'), shape, options)
  return BigMatrix.open(new FsStore(folder), 'A')
}

for (const [what, { shape, options }] of Object.entries(theirs)) {
  test(`an array of zarr-python is read: ${what}`, async (t) => {
    const matrix = await openedFromPython(t, shape, options)
    const values = counting(shape.reduce((a, b) => a * b))
    t.deepEqual([...(await matrix.read()).data], values)
    const { tiles, tilesStored } = await matrix.describe()
    t.is(tilesStored, tiles)
    if (what === 'our own codecs') {
      await matrix.write([0, 1], [0, 1], [-1])
      t.is((await readWithPython(join((matrix.store as FsStore).root, 'A'))).data[0], -1)
    } else if (!what.includes('vector')) {
      const tile = await matrix.readTile(shape.map(() => 0))
      await t.throwsAsync(
        matrix.putTile(
          shape.map(() => 0),
          tile,
        ),
        { name: 'ReadOnlyError', message: /import/ },
      )
    }
  })
}

test('fill values of zarr-python: NaN, infinities, bits', async (t) => {
  const folder = await temporaryFolder(t)
  await runPython(
    `
import sys, numpy, zarr
for name, fill in [('nan', numpy.nan), ('inf', numpy.inf), ('ninf', -numpy.inf), ('tenth', 0.1)]:
    for dtype in ['float64', 'float32']:
        zarr.create_array(sys.argv[1] + '/' + name + dtype, shape=(3, 3), chunks=(2, 2), dtype=dtype, fill_value=fill)`,
    folder,
  )
  const store = new FsStore(folder)
  for (const dtype of ['float64', 'float32']) {
    for (const [name, value] of [
      ['nan', NaN],
      ['inf', Infinity],
      ['ninf', -Infinity],
    ] as const) {
      t.deepEqual([...(await (await BigMatrix.open(store, name + dtype)).read()).data], Array(9).fill(value))
    }
  }
  t.is((await (await BigMatrix.open(store, 'tenthfloat32')).read()).data[0], Math.fround(0.1))
  const path = join(folder, 'nanfloat64', 'zarr.json')
  await writeFile(path, (await readFile(path, 'utf8')).replace('"NaN"', '"0x3ff8000000000000"'))
  t.is((await (await BigMatrix.open(store, 'nanfloat64')).read()).data[0], 1.5)
})

test('a compressed chunk that is damaged is found', async (t) => {
  const matrix = await openedFromPython(t, [4, 4], "chunks=(2, 2), dtype='float64', compressors=[GzipCodec()]")
  const chunk = (await matrix.store.get('A/c/0/0'))!
  await matrix.store.put('A/c/0/0', chunk.subarray(0, chunk.length - 3))
  await t.throwsAsync(matrix.getTile([0, 0]), {
    name: 'CorruptTileError',
    message: /gzip compression cannot be undone/,
  })
})

test('arrays that are no tiles for us say to import them', async (t) => {
  const refused: [string, number[], string, RegExp][] = [
    ['integers', [4, 4], "chunks=(2, 2), dtype='int32'", /int32, not float64/],
    ['a deep stack', [4, 4, 4], "chunks=(2, 2, 2), dtype='float64'", /2x2x2 are more than one tile deep/],
    ['blosc', [4, 4], "chunks=(2, 2), dtype='float64', compressors=[BloscCodec()]", /codec blosc/],
    ['shards', [4, 4], "chunks=(2, 2), shards=(4, 4), dtype='float64'", /codec sharding_indexed/],
    ['version 2', [4, 4], "chunks=(2, 2), dtype='float64', zarr_format=2", /Zarr v2/],
  ]
  for (const [what, shape, options, message] of refused) {
    const error = await t.throwsAsync(
      openedFromPython(t, shape, options),
      { name: 'UnsupportedArrayError', message },
      what,
    )
    t.regex(error!.message, /use 'numpywren import file:.*\/A NEW_URL'/)
  }
})
