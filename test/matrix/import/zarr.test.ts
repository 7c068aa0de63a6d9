import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { importFile } from '../../../src/matrix/import/index.ts'
import { MemoryStore } from '../../../src/storage/index.ts'
import { runPython } from '../../helpers/python.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { importsAsExpected, writeForeignFiles } from './helpers/foreign-files.ts'

const prelude = `
import zarr, numcodecs
from zarr.codecs import *
a = rng.standard_normal((37, 29)); a[3, 4] = np.nan; a[30, 20] = np.inf
def write(name, value=a, part=None, shape=None, **options):
    z = zarr.create_array(name, shape=value.shape, dtype=value.dtype, **options)
    where = ... if part is None else slice(part)
    z[where] = value[where]
    holds(name, zarr.open_array(name, mode='r')[...])
`

test('version 3 arrays read in every codec, dtype and chunk shape', async (t) => {
  const files = await writeForeignFiles(
    t,
    `${prelude}
for name, codec in {'none': None, 'gzip': GzipCodec(), 'zstd': ZstdCodec(checksum=True), 'crc': Crc32cCodec(), 'both': [BloscCodec(cname='lz4'), Crc32cCodec()]}.items():
    write(name, chunks=(8, 10), compressors=codec)
for cname in ['lz4', 'lz4hc', 'blosclz', 'zlib', 'zstd']:
    for shuffle in ['noshuffle', 'shuffle', 'bitshuffle']:
        write(f'blosc-{cname}-{shuffle}', chunks=(8, 10), compressors=BloscCodec(cname=cname, shuffle=shuffle))
write('transposed', chunks=(8, 10), filters=[TransposeCodec(order=(1, 0))], serializer=BytesCodec(endian='big'))
write('keys', chunks=(8, 10), chunk_key_encoding={'name': 'v2', 'separator': '.'})
write('dots', chunks=(8, 10), chunk_key_encoding={'name': 'default', 'separator': '.'})
for kind in ['f2', 'f4', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'bool']:
    write('type-' + kind, (np.nan_to_num(a, posinf=1) * 50).astype('i8').astype(kind), chunks=(40, 3))
for name, chunks in {'wide': (1, 29), 'tall': (37, 1), 'whole': (100, 100)}.items():
    write(name, chunks=chunks)
write('vector', a[:, 0], chunks=(10,)); write('scalar', np.float64(2.5), chunks=())
for fill in [0.0, 7.0, np.nan, -np.inf]:
    write(f'fill{fill}', part=10, chunks=(8, 10), fill_value=fill)`,
  )
  t.is(files.length, 43)
  for (const file of files) await importsAsExpected(t, file, { tile: [9, 6] })
})

test('shards read wherever their index lies, with holes and nested', async (t) => {
  const files = await writeForeignFiles(
    t,
    `${prelude}
write('plain', chunks=(4, 5), shards=(8, 10)); write('vector', a[:, 0], chunks=(4,), shards=(8,))
for where in ['start', 'end']:
    for checksum in [True, False]:
        index = [BytesCodec()] + ([Crc32cCodec()] if checksum else [])
        shard = ShardingCodec(chunk_shape=(4, 5), codecs=[TransposeCodec(order=(1, 0)), BytesCodec(), ZstdCodec()], index_codecs=index, index_location=where)
        write(f'{where}{checksum}', part=10, chunks=(8, 10), serializer=shard, compressors=None, fill_value=np.nan)
        outer = ShardingCodec(chunk_shape=(8, 10), codecs=[shard], index_location=where)
        write(f'nested{where}{checksum}', part=10, chunks=(16, 10), serializer=outer, compressors=None, fill_value=3.0)`,
  )
  for (const file of files) await importsAsExpected(t, file, { tile: [9, 6] })
})

test('version 2 arrays read in every compressor, order and filter', async (t) => {
  const files = await writeForeignFiles(
    t,
    `${prelude}
for name, codec in {'none': None, 'zlib': numcodecs.Zlib(), 'gzip': numcodecs.GZip(), 'zstd': numcodecs.Zstd(), 'lz4': numcodecs.LZ4(), 'blosc': numcodecs.Blosc(cname='zstd')}.items():
    for order in 'CF':
        write(name + order, part=30, chunks=(8, 10), zarr_format=2, compressors=codec, order=order, fill_value=7.0)
i = (np.nan_to_num(a, posinf=1) * 1000).astype('i4')
write('slash', chunks=(8, 10), zarr_format=2, chunk_key_encoding={'name': 'v2', 'separator': '/'})
write('big', a.astype('>f8'), chunks=(8, 10), zarr_format=2, filters=[numcodecs.Shuffle(8)], compressors=numcodecs.Zstd())
write('delta', i, chunks=(8, 10), zarr_format=2, filters=[numcodecs.Delta(dtype='i4')], compressors=numcodecs.Zstd())
write('bool', i > 0, chunks=(8, 10), zarr_format=2, compressors=None)`,
  )
  for (const file of files) await importsAsExpected(t, file, { tile: [9, 6] })
})

/** Imports the array and gives the message of the failure; nothing may be left behind. */
async function failure(t: ExecutionContext<unknown>, folder: string): Promise<string> {
  const store = new MemoryStore()
  const error = await t.throwsAsync(importFile(folder, store, 'A', { tile: 5 }))
  t.is((error as { category?: string } | undefined)?.category, 'input', error?.stack)
  for await (const { key } of store.list('')) t.fail(`${key} was left behind`)
  return error?.message ?? ''
}

test('damaged chunks are errors, not numbers', async (t) => {
  const folder = await temporaryFolder(t)
  await runPython(
    `
import sys, os, numpy as np, zarr, numcodecs
from zarr.codecs import *
os.chdir(sys.argv[1]); a = np.arange(100.0).reshape(10, 10)
for name, options in {'crc32c': {'compressors': Crc32cCodec()}, 'gzip': {'compressors': GzipCodec()}, 'zstd': {'compressors': ZstdCodec(checksum=True)}, 'blosc': {'compressors': BloscCodec()}, 'raw': {'compressors': None}}.items():
    zarr.create_array(name, shape=a.shape, dtype='f8', chunks=(10, 10), **options)[:] = a
zarr.create_array('shard', shape=a.shape, dtype='f8', chunks=(5, 5), shards=(10, 10))[:] = a`,
    folder,
  )
  for (const name of ['crc32c', 'gzip', 'zstd', 'blosc', 'raw', 'shard']) {
    const chunk = join(folder, name, 'c/0/0')
    const bytes = await readFile(chunk)
    await writeFile(chunk, bytes.subarray(0, -3))
    t.regex(
      await failure(t, join(folder, name)),
      /chunk c\/0\/0 (is damaged|holds 797 bytes)|shard c\/0\/0 is damaged/,
      name,
    )
    if (name === 'raw' || name === 'blosc') continue // no checksum to see a flipped bit by
    const flipped = Buffer.from(bytes)
    flipped[flipped.length - (name === 'gzip' ? 6 : 2)]! ^= 1
    await writeFile(chunk, flipped)
    t.regex(await failure(t, join(folder, name)), /is damaged/, name)
  }
})

const v3 = {
  ...{ zarr_format: 3, node_type: 'array', shape: [4, 4], data_type: 'float64', fill_value: 0 },
  chunk_grid: { name: 'regular', configuration: { chunk_shape: [2, 2] } },
  ...{ chunk_key_encoding: 'default', codecs: [{ name: 'bytes', configuration: { endian: 'little' } }] },
}
const v2 = {
  zarr_format: 2,
  shape: [4, 4],
  chunks: [2, 2],
  dtype: '<f8',
  compressor: null,
  fill_value: 0,
  order: 'C',
  filters: null,
}
const faults: readonly (readonly [string, object | string, RegExp])[] = [
  ['zarr.json', 'no JSON', /zarr\.json is no JSON document: "no JSON"/],
  ['zarr.json', '[]', /zarr\.json is no JSON object/],
  ['zarr.json', { zarr_format: 3, node_type: 'group' }, /is a Zarr group and not an array; name the array in it/],
  ['zarr.json', { ...v3, zarr_format: 4 }, /zarr_format must be 3/],
  ['zarr.json', { ...v3, data_type: 'complex128' }, /data_type "\\"complex128\\"" is not supported/],
  ['zarr.json', { ...v3, shape: [4, 4, 4] }, /the chunks have 2 dimensions and the array 3/],
  ['zarr.json', { ...v3, shape: [4, -1] }, /shape must be a list of whole numbers/],
  ['zarr.json', { ...v3, codecs: [] }, /turn no array into bytes/],
  ['zarr.json', { ...v3, codecs: [...v3.codecs, { name: 'magic' }] }, /codec "magic" is not supported; known are gzip/],
  ['zarr.json', { ...v3, fill_value: 'x' }, /fill_value .* is not a number/],
  ['zarr.json', { ...v3, novelty: {} }, /field "novelty" is not known/],
  ['zarr.json', { ...v3, storage_transformers: [{}] }, /storage transformers/],
  ['.zarray', { ...v2, dtype: '|O' }, /Python objects/],
  ['.zarray', { ...v2, compressor: { id: 'bz2' } }, /codec "bz2" is not supported/],
  ['.zarray', { ...v2, filters: [{ id: 'fixedscaleoffset' }] }, /codec "fixedscaleoffset" is not supported/],
  ['.zarray', { ...v2, order: 'K' }, /order must be C or F/],
  ['.zgroup', { zarr_format: 2 }, /is a Zarr group/],
]
for (const [i, [name, document, message]] of faults.entries()) {
  test(`metadata with a fault are refused: ${i} ${message.source}`, async (t) => {
    const folder = await temporaryFolder(t)
    await writeFile(join(folder, name), typeof document === 'string' ? document : JSON.stringify(document))
    t.regex(await failure(t, folder), message)
  })
}

test('a folder without an array, and a group of arrays, say so', async (t) => {
  const folder = await temporaryFolder(t)
  t.regex(await failure(t, folder), /holds no Zarr array: neither zarr\.json nor \.zarray is there/)
  await runPython(
    `import sys, zarr; zarr.open_group(sys.argv[1], mode='w').create_array('inner', shape=(2,), dtype='f8')`,
    folder,
  )
  t.regex(await failure(t, folder), /is a Zarr group and not an array; name one of the arrays in it, such as inner/)
  await rm(join(folder, 'zarr.json'))
  t.deepEqual(await readdir(folder), ['inner'])
})
