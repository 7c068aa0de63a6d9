import test from 'ava'
import fc from 'fast-check'
import { isNumpywrenError } from '../../src/errors.ts'
import { BigMatrix, type Layout, listArrays, removeArray, tileOver } from '../../src/matrix/index.ts'
import { CorruptObjectError, MemoryStore } from '../../src/storage/index.ts'
import { FaultyStore } from '../helpers/faulty-store.ts'
import { assign, collect, counting, layouts, rangesIn, slice } from './helpers/model.ts'

const layout: Layout = { shape: [7, 5], tile: [3, 2], dtype: 'float64' }

async function keysOf(store: MemoryStore, prefix = ''): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of store.list(prefix)) keys.push(key)
  return keys.toSorted()
}

test('any rectangles, written one after the other, read as in a dense array', async (t) => {
  const scripts = layouts.chain((drawn) =>
    fc.record({
      drawn: fc.constant(drawn),
      fillValue: fc.constantFrom(0, 1.5, NaN, Infinity, -Infinity),
      writes: fc.array(rangesIn(drawn.shape), { maxLength: 4 }),
      read: rangesIn(drawn.shape),
    }),
  )
  await fc.assert(
    fc.asyncProperty(scripts, async ({ drawn, fillValue, writes, read }) => {
      const store = new MemoryStore()
      const matrix = await BigMatrix.create(store, 'A', drawn, { fillValue })
      const model = Array<number>(drawn.shape.reduce((a, b) => a * b)).fill(fillValue)
      for (const [turn, ranges] of writes.entries()) {
        const count = ranges.reduce((product, [start, end]) => product * (end - start), 1)
        const values = counting(count, 100 * turn)
        await matrix.write(...ranges, values)
        assign(model, drawn.shape, ranges, values)
      }
      const reopened = await BigMatrix.open(store, 'A')
      t.deepEqual(reopened.layout, drawn)
      const part = await reopened.read(...read)
      t.deepEqual([...part.data], slice(model, drawn.shape, read))
      t.deepEqual(
        part.shape,
        read.map(([start, end]) => end - start),
      )
      t.deepEqual([...(await reopened.read()).data], model)
    }),
    { numRuns: 150 },
  )
})

test('tiles at the edge have their logical extent, the leading dimension of a full tile, and zeros beyond in store', async (t) => {
  const store = new MemoryStore()
  const matrix = await BigMatrix.create(store, 'A', layout, { fillValue: NaN })
  t.deepEqual(matrix.grid, [3, 3])
  t.deepEqual(matrix.extentOf([2, 2]), { rows: 1, cols: 1 })
  await matrix.write([6, 7], [4, 5], [8])
  const tile = (await matrix.getTile([2, 2]))!
  t.deepEqual([tile.rows, tile.cols, tile.ld, tile.data[0]], [1, 1, 3, 8])
  const stored = (await store.get('A/c/2/2'))!
  t.is(stored.length, 3 * 2 * 8 + 4)
  t.deepEqual([...new Float64Array(stored.buffer, 0, 6)], [8, 0, 0, 0, 0, 0])
})

test('a pooled buffer goes out as it is and is filled again; any other tile is copied', async (t) => {
  const store = new MemoryStore()
  const matrix = await BigMatrix.create(store, 'A', layout)
  const pooled = tileOver(new ArrayBuffer(matrix.tileBytes), layout, { rows: 1, cols: 2 })
  pooled.data.set([1, NaN, NaN, 2, NaN, NaN])
  t.true(await matrix.putTile([2, 0], pooled))
  t.deepEqual([...pooled.data], [1, 0, 0, 2, 0, 0])
  const compact = { data: Float64Array.of(9, 1, 9, 2), rows: 1, cols: 2, ld: 2 }
  await matrix.putTile([2, 1], { ...compact, data: compact.data.subarray(1) })
  t.deepEqual(await store.get('A/c/2/1'), await store.get('A/c/2/0'))
  const into = new ArrayBuffer(matrix.tileBytes)
  t.is((await matrix.getTile([2, 1], { into }))!.data.buffer, into)
  t.is((await matrix.readTile([0, 0], { into })).data.buffer, into)
  t.deepEqual([...new Float64Array(into, 0, 6)], [0, 0, 0, 0, 0, 0])
})

test('a tile of another extent or type is refused', async (t) => {
  const matrix = await BigMatrix.create(new MemoryStore(), 'A', layout)
  const small = { data: new Float64Array(4), rows: 2, cols: 2, ld: 2 }
  await t.throwsAsync(matrix.putTile([0, 0], small), { name: 'InvalidLayoutError', message: /takes 3x2 float64.*2x2/ })
  const single = { data: new Float32Array(6), rows: 3, cols: 2, ld: 3 }
  await t.throwsAsync(matrix.putTile([0, 0], single), { name: 'InvalidLayoutError', message: /given 3x2 float32/ })
})

test('absent tiles: undefined, fill value, has, delete, ifAbsent, storedTiles', async (t) => {
  const matrix = await BigMatrix.create(new MemoryStore(), 'A', layout, { fillValue: 2 })
  t.is(await matrix.getTile([0, 0]), undefined)
  t.false(await matrix.hasTile([0, 0]))
  const filled = await matrix.readTile([2, 0])
  t.deepEqual([filled.rows, filled.cols, filled.data[0], filled.data[3]], [1, 2, 2, 2])
  t.true(await matrix.putTile([2, 0], filled, { ifAbsent: true }))
  t.false(await matrix.putTile([2, 0], filled, { ifAbsent: true }))
  t.true(await matrix.hasTile([2, 0]))
  t.deepEqual(await collect(matrix.storedTiles()), [{ index: [2, 0], bytes: matrix.tileBytes }])
  await matrix.deleteTile([2, 0])
  t.deepEqual(await collect(matrix.storedTiles()), [])
})

test('an origin other than 0 moves the indices of tiles and nothing else', async (t) => {
  const store = new MemoryStore()
  const matrix = await BigMatrix.create(store, 'S', {
    shape: [2, 4, 4],
    tile: [1, 2, 2],
    dtype: 'float64',
    origin: [-1, 1, 5],
  })
  await matrix.write([0, 1], [2, 4], [0, 2], [1, 2, 3, 4])
  t.deepEqual(await collect(matrix.storedTiles()), [{ index: [-1, 2, 5], bytes: matrix.tileBytes }])
  t.deepEqual(await keysOf(store, 'S/c'), ['S/c/0/1/0'])
  const reopened = await BigMatrix.open(store, 'S')
  t.deepEqual([...(await reopened.getTile([-1, 2, 5]))!.data], [1, 3, 2, 4])
  await t.throwsAsync(reopened.getTile([0, 0, 5]), { name: 'OutOfBoundsError', message: /from \[-1,1,5\]/ })
})

test('indices and ranges outside are named', async (t) => {
  const matrix = await BigMatrix.create(new MemoryStore(), 'A', layout)
  for (const index of [[3, 0], [-1, 0], [0.5, 0], [0], [0, 0, 0]]) {
    await t.throwsAsync(matrix.getTile(index), { name: 'OutOfBoundsError', message: /grid is 3x3/ })
  }
  await t.throwsAsync(matrix.read([0, 8]), { name: 'OutOfBoundsError', message: /\[0, 8\].*7 elements of dimension 0/ })
  await t.throwsAsync(matrix.read([3, 2]), { name: 'OutOfBoundsError' })
  await t.throwsAsync(matrix.write([0, 1], [0, 2], [1, 2, 3]), {
    name: 'InputError',
    message: /1x2 .* takes 2 numbers, not 3/,
  })
})

for (const [what, damage] of Object.entries<(bytes: Uint8Array) => Uint8Array>({
  'a flipped bit': (bytes) => bytes.with(17, bytes[17]! ^ 4),
  'a flipped bit of the checksum': (bytes) => bytes.with(-1, bytes.at(-1)! ^ 1),
  'a missing end': (bytes) => bytes.subarray(0, -8),
  'too many bytes': (bytes) => Uint8Array.of(...bytes, 0),
  'no bytes at all': () => new Uint8Array(0),
})) {
  test(`${what} in a stored tile is found`, async (t) => {
    const store = new MemoryStore()
    const matrix = await BigMatrix.create(store, 'A', layout)
    await matrix.write(counting(35))
    await store.put('A/c/1/1', damage((await store.get('A/c/1/1'))!))
    const error = await t.throwsAsync(matrix.read(), {
      name: 'CorruptTileError',
      message: /tile \[1,1\] of memory:.*A\/c\/1\/1/,
    })
    t.like(error, { category: 'fatal', index: [1, 1], key: 'A/c/1/1' })
  })
}

test('creating: what exists is kept unless overwritten, and then all of it goes', async (t) => {
  const store = new MemoryStore()
  await (await BigMatrix.create(store, 'A', layout)).write(counting(35))
  await store.put('A/notes.txt', new Uint8Array(1))
  await t.throwsAsync(BigMatrix.create(store, 'A', layout), { name: 'AlreadyExistsError', message: /memory:\/\/\/A/ })
  t.is((await (await BigMatrix.open(store, 'A')).describe()).tilesStored, 9)
  await BigMatrix.create(store, 'A', { ...layout, shape: [2, 2] }, { overwrite: true })
  t.deepEqual(await keysOf(store), ['A/notes.txt', 'A/zarr.json'])
})

test('of two that create one array at once one wins', async (t) => {
  const store = new MemoryStore()
  const results = await Promise.allSettled([1, 2, 3].map(() => BigMatrix.create(store, 'A', layout)))
  t.is(results.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('deferred metadata: no matrix before commit, nothing left after abort or after a crash and another try', async (t) => {
  const store = new MemoryStore()
  const first = await BigMatrix.create(store, 'A', layout, { deferMetadata: true })
  await first.write(counting(35))
  await t.throwsAsync(BigMatrix.open(store, 'A'), { name: 'MatrixNotFoundError' })
  await first.abort()
  t.deepEqual(await keysOf(store), [])
  const crashed = await BigMatrix.create(store, 'A', layout, { deferMetadata: true })
  await crashed.write(counting(35))
  const again = await BigMatrix.create(store, 'A', layout, { deferMetadata: true, fillValue: 7 })
  await again.commit()
  await again.commit()
  await again.abort()
  t.true((await (await BigMatrix.open(store, 'A')).read()).data.every((value) => value === 7))
})

test('layouts that cannot be are refused', async (t) => {
  const store = new MemoryStore()
  const bad: [Layout, RegExp][] = [
    [{ ...layout, tile: [0, 2] }, /tile must be a whole number from 1/],
    [{ ...layout, shape: [1.5, 2] }, /shape must be a whole number/],
    [{ ...layout, tile: [3] }, /as many dimensions/],
    [{ ...layout, shape: [], tile: [] }, /at least one dimension/],
    [{ ...layout, shape: [2, 7, 5], tile: [2, 3, 2] }, /all but the last two/],
    [{ ...layout, tile: [65536, 65536] }, /limit/],
    [{ ...layout, origin: [1] }, /origin/],
  ]
  for (const [wrong, message] of bad) {
    await t.throwsAsync(BigMatrix.create(store, 'A', wrong), { name: 'InvalidLayoutError', message })
  }
  t.deepEqual(await keysOf(store), [])
})

test('attributes, description, listing, removal', async (t) => {
  const store = new MemoryStore()
  const matrix = await BigMatrix.create(store, 'w/L', layout, {
    attributes: { structure: 'lower', note: { by: ['me'] } },
  })
  await matrix.write([0, 3], [0, 2], counting(6))
  await BigMatrix.create(store, '.numpywren/runs/r/S', layout)
  await store.put('w/broken/zarr.json', new TextEncoder().encode('{'))
  await store.put('w/zarr.json', new TextEncoder().encode('{"zarr_format":3,"node_type":"group"}'))
  const opened = await BigMatrix.open(store, 'w/L')
  t.deepEqual(opened.attributes, { structure: 'lower', note: { by: ['me'] } })
  t.like(await opened.describe(), { structure: 'lower', tiles: 9, tilesStored: 1, bytesStored: matrix.tileBytes })
  const listed = await listArrays(store, '')
  t.deepEqual(
    listed.map(({ path }) => path),
    ['w/L', 'w/broken'],
  )
  t.like(listed[0], { shape: [7, 5], tilesStored: 1, tiles: 9 })
  t.true('problem' in listed[1]!)
  await t.throwsAsync(BigMatrix.open(store, 'w'), { name: 'MatrixNotFoundError', message: /group of arrays/ })
  await t.throwsAsync(removeArray(store, 'w'), { name: 'MatrixNotFoundError' })
  await removeArray(store, 'w/L')
  await removeArray(store, 'w/broken')
  t.deepEqual(await keysOf(store, 'w'), ['w/zarr.json'])
  await t.throwsAsync(removeArray(store, 'w/L'), {
    name: 'MatrixNotFoundError',
    message: "no matrix at memory:///w/L: there is no zarr.json; check the URL or run 'numpywren ls memory:///w'",
  })
})

test('what a store finds damaged by its own checksum is a damaged tile', async (t) => {
  const plain = new MemoryStore()
  await (await BigMatrix.create(plain, 'A', layout)).write([0, 3], [0, 2], counting(6, 0))
  const cause = new Error('its CRC32C is another')
  const store = new FaultyStore(plain, {
    beforeGet: (key) => {
      if (key.endsWith('c/0/0')) throw new CorruptObjectError({ operation: 'read', url: key, cause })
    },
  })
  const error = await t.throwsAsync(async () => (await BigMatrix.open(store, 'A')).getTile([0, 0]))
  t.true(isNumpywrenError(error, 'CorruptTileError'))
  t.regex(error?.message ?? '', /tile \[0,0\] of .*A is damaged: its CRC32C is another/)
})
