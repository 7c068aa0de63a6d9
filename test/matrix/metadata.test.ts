import test from 'ava'
import { BigMatrix } from '../../src/matrix/index.ts'
import { MemoryStore } from '../../src/storage/index.ts'

const layout = { shape: [7, 5], tile: [3, 2], dtype: 'float64' as const }

/** Our zarr.json, changed. */
async function storeWith(change: (document: Record<string, unknown>) => unknown): Promise<MemoryStore> {
  const store = new MemoryStore()
  await BigMatrix.create(store, 'A', layout)
  const document = JSON.parse(new TextDecoder().decode(await store.get('A/zarr.json')))
  const changed = change(document) ?? document
  await store.put(
    'A/zarr.json',
    new TextEncoder().encode(typeof changed === 'string' ? changed : JSON.stringify(changed)),
  )
  return store
}

test('zarr.json is exactly this', async (t) => {
  const store = new MemoryStore()
  await BigMatrix.create(
    store,
    'S',
    { shape: [2, 7, 5], tile: [1, 3, 2], dtype: 'float32', origin: [0, 0, -1] },
    { fillValue: NaN },
  )
  t.deepEqual(JSON.parse(new TextDecoder().decode(await store.get('S/zarr.json'))), {
    zarr_format: 3,
    node_type: 'array',
    shape: [2, 7, 5],
    data_type: 'float32',
    chunk_grid: { name: 'regular', configuration: { chunk_shape: [1, 3, 2] } },
    chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
    fill_value: 'NaN',
    codecs: [
      { name: 'transpose', configuration: { order: [0, 2, 1] } },
      { name: 'bytes', configuration: { endian: 'little' } },
      { name: 'crc32c' },
    ],
    attributes: { numpywren: { origin: [0, 0, -1] } },
  })
})

const damaged: [what: string, change: (document: Record<string, unknown>) => unknown, message: RegExp][] = [
  ['no JSON', () => '{"shape": [7', /A\/zarr.json.*it is no JSON/],
  ['no object', () => '3', /the document: /],
  ['no shape', (d) => void delete d.shape, /: shape: /],
  ['a negative shape', (d) => void Object.assign(d, { shape: [-7, 5] }), /: shape\.0: /],
  ['an empty dimension', (d) => void Object.assign(d, { shape: [0, 5] }), /every extent of the shape/],
  ['another version', (d) => void Object.assign(d, { zarr_format: 4 }), /: zarr_format: /],
  ['no fill value', (d) => void delete d.fill_value, /: fill_value: /],
  ['a wrong fill value', (d) => void Object.assign(d, { fill_value: '0x12' }), /fill_value: "0x12" is no float64/],
  ['no codecs', (d) => void Object.assign(d, { codecs: [] }), /: codecs: /],
  ['only crc32c', (d) => void Object.assign(d, { codecs: ['crc32c'] }), /codec crc32c/],
  [
    'a wrong permutation',
    (d) => void Object.assign(d, { codecs: [{ name: 'transpose', configuration: { order: [0, 0] } }, 'bytes'] }),
    /transpose order \[0,0\] is no permutation/,
  ],
  [
    'a storage transformer',
    (d) => void Object.assign(d, { storage_transformers: [{ name: 'x' }] }),
    /storage_transformers/,
  ],
]

for (const [what, change, message] of damaged) {
  test(`metadata with ${what} are refused with the field`, async (t) => {
    const error = await t.throwsAsync(BigMatrix.open(await storeWith(change), 'A'), { message })
    t.like(error, { category: 'input' })
  })
}

test('codecs may be given by name alone, and attributes of others do not matter', async (t) => {
  const store = await storeWith(
    (d) => void Object.assign(d, { codecs: ['bytes', 'crc32c'], attributes: { unit: 'm' } }),
  )
  t.deepEqual((await BigMatrix.open(store, 'A')).attributes, {})
})
