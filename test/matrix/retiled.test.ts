import test from 'ava'
import fc from 'fast-check'
import {
  BigMatrix,
  block,
  column,
  type Layout,
  retiled,
  symmetric,
  type TileArray,
  transposed,
  triangular,
} from '../../src/matrix/index.ts'
import { MemoryStore, type Store } from '../../src/storage/index.ts'
import { collect, counting } from './helpers/model.ts'

interface Sample {
  readonly matrix: BigMatrix
  /** Tiles read from the store so far. */
  readonly reads: () => number
}

/** An m x n matrix of 0, 1, 2, ... in tiles of mb x nb, in a store that counts. */
async function sample(m: number, n: number, tile: readonly number[], more: Partial<Layout> = {}): Promise<Sample> {
  const plain = new MemoryStore()
  let reads = 0
  const store: Store = new Proxy(plain, {
    get(target, name) {
      if (name === 'get') reads++
      const value = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const matrix = await BigMatrix.create(store, 'A', { shape: [m, n], tile, dtype: 'float64', ...more })
  await matrix.write(counting(m * n))
  reads = 0
  return { matrix, reads: () => reads }
}

const extent = fc.integer({ min: 1, max: 13 })
const tileShape = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))

test('the same elements in tiles of any other shape, also coprime and larger than the matrix', async (t) => {
  await fc.assert(
    fc.asyncProperty(extent, extent, tileShape, tileShape, async (m, n, from, to) => {
      const { matrix, reads } = await sample(m, n, from, { origin: [2, -1] })
      const view = matrix.retiled(to)
      t.deepEqual(view.layout, { shape: [m, n], tile: to, dtype: 'float64' })
      t.deepEqual([...(await view.read()).data], counting(m * n))
      const last = view.grid.map((count) => count - 1)
      const tile = await view.readTile(last)
      const { rows, cols } = view.extentOf(last)
      t.deepEqual([tile.rows, tile.cols, tile.ld], [rows, cols, to[0]])
      t.is(tile.data[rows - 1 + (cols - 1) * tile.ld], m * n - 1)
      t.is(reads(), matrix.grid[0]! * matrix.grid[1]!, 'each tile of the base is read once')
    }),
    { numRuns: 60 },
  )
})

test('views of it and of what it shows', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      extent,
      tileShape,
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom('lower' as const, 'upper' as const),
      async (n, from, nb, half) => {
        const { matrix } = await sample(n, n, from)
        const square = retiled(matrix, [nb, nb])
        const keeps = (r: number, c: number): boolean => (half === 'lower' ? r >= c : r <= c)
        const wanted = (f: (r: number, c: number) => number): number[] =>
          counting(n * n).map((at) => f(Math.floor(at / n), at % n))
        const show = async (view: TileArray): Promise<number[]> => [...(await retiled(view, [2, 3]).read()).data]
        t.deepEqual(
          await show(symmetric(square, half)),
          wanted((r, c) => (keeps(r, c) ? r * n + c : c * n + r)),
        )
        t.deepEqual(
          await show(transposed(square)),
          wanted((r, c) => c * n + r),
        )
        t.deepEqual(
          await show(triangular(matrix, half)),
          wanted((r, c) => (keeps(r, c) ? r * n + c : 0)),
        )
        const top = Math.min(n, nb)
        t.deepEqual(await show(block(square, [[0, top]])), counting(top * n))
      },
    ),
    { numRuns: 30 },
  )
})

test('a triangle of a matrix that is not square is a trapezoid', async (t) => {
  for (const [m, n] of [
    [7, 4],
    [4, 7],
  ] as const) {
    const { matrix } = await sample(m, n, [3, 2], { origin: [1, 5] })
    const read = async (half: 'lower' | 'upper'): Promise<number[]> => [...(await triangular(matrix, half).read()).data]
    const at = counting(m * n)
    const [row, col] = [(k: number): number => Math.floor(k / n), (k: number): number => k % n]
    t.deepEqual(
      await read('lower'),
      at.map((k) => (row(k) >= col(k) ? k : 0)),
    )
    t.deepEqual(
      await read('upper'),
      at.map((k) => (row(k) <= col(k) ? k : 0)),
    )
  }
})

test('a vector as a column, in other tiles too', async (t) => {
  const layout: Layout = { shape: [11], tile: [4], dtype: 'float64', origin: [3] }
  const vector = await BigMatrix.create(new MemoryStore(), 'v', layout)
  await vector.write(counting(11))
  const view = column(vector)
  t.deepEqual(view.layout, { shape: [11, 1], tile: [4, 1], dtype: 'float64', origin: [3, 0] })
  t.deepEqual([...(await view.read()).data], counting(11))
  t.deepEqual((await collect(view.storedTiles())).map(({ index }) => index.join()).toSorted(), ['3,0', '4,0', '5,0'])
  t.deepEqual([...(await retiled(view, [3, 2]).read()).data], counting(11))
  t.deepEqual([...(await transposed(view).read([0, 1], [9, 11])).data], [9, 10])
  t.throws(() => column(view), { name: 'InvalidLayoutError', message: /is no vector/ })
})

test('pooled buffers are filled, float32 stays float32', async (t) => {
  const { matrix } = await sample(5, 5, [2, 3], { dtype: 'float32' })
  const view = matrix.retiled([4, 4])
  const into = new ArrayBuffer(view.tileBytes)
  const tile = await view.readTile([0, 1], { into })
  t.is(tile.data.buffer, into)
  t.true(tile.data instanceof Float32Array)
  t.deepEqual([...tile.data.subarray(0, 4)], [4, 9, 14, 19])
})

test('what is stored, in part or not at all', async (t) => {
  const store = new MemoryStore()
  const layout: Layout = { shape: [6, 6], tile: [2, 2], dtype: 'float64' }
  const matrix = await BigMatrix.create(store, 'A', layout, { fillValue: 7 })
  await matrix.write([0, 2], [2, 4], [1, 2, 3, 4])
  const view = matrix.retiled([3, 3])
  t.deepEqual((await collect(view.storedTiles())).map(({ index }) => index.join()).toSorted(), ['0,0', '0,1'])
  t.true(await view.hasTile([0, 1]))
  t.false(await view.hasTile([1, 1]))
  t.is(await view.getTile([1, 1]), undefined)
  t.deepEqual([...(await view.readTile([1, 1])).data.subarray(0, 9)], new Array(9).fill(7))
  t.deepEqual([...(await view.getTile([0, 0]))!.data.subarray(0, 9)], [7, 7, 7, 7, 7, 7, 1, 3, 7])
})

test('many at once read each tile of the base once and keep no more than they say', async (t) => {
  const { matrix, reads } = await sample(60, 50, [7, 11])
  const view = matrix.retiled([13, 9])
  const indices = Array.from({ length: 5 * 6 }, (_, at) => [Math.floor(at / 6), at % 6])
  const tiles = await Promise.all(indices.map((index) => view.readTile(index)))
  for (const [at, tile] of tiles.entries()) {
    const [i = 0, j = 0] = indices[at]!
    t.is(tile.data[0], i * 13 * 50 + j * 9)
  }
  t.is(reads(), 9 * 5)
  t.is(view.heldBytes, 9 * 5 * matrix.tileBytes)
  t.is(matrix.heldBytes, 0)
  t.is(transposed(view).heldBytes, view.heldBytes)
})

test('large tiles are kept four at a time, and those who want others wait', async (t) => {
  const rows = 2048
  const store = new MemoryStore()
  const matrix = await BigMatrix.create(store, 'A', { shape: [6 * rows, 2], tile: [rows, 2], dtype: 'float64' })
  // Sizes are claimed, not stored: a few tiles stand for what is larger than the kept bytes.
  for (const i of [0, 3, 5]) await matrix.write([i * rows, i * rows + 1], [0, 2], [i, i + 0.5])
  const large = new Proxy<TileArray>(matrix, {
    get(target, name) {
      if (name === 'tileBytes') return 2 ** 26
      const value = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const view = retiled(large, [100, 1])
  t.is(view.heldBytes, 4 * 2 ** 26)
  const indices = Array.from({ length: view.grid[0]! }, (_, i) => [i, 0]).toReversed()
  const tiles = await Promise.all(indices.map((index) => view.readTile(index)))
  const values = new Map(tiles.map((tile, at) => [indices[at]![0]!, tile]))
  for (const i of [3, 5]) {
    const row = i * rows
    t.is(values.get(Math.floor(row / 100))!.data[row % 100], i)
  }
})

test('a damaged tile of the base is reported as that, and read again when it was repaired', async (t) => {
  const { matrix } = await sample(6, 6, [2, 2])
  const view = matrix.retiled([3, 3])
  const key = matrix.tileKey([1, 2])
  const sound = (await matrix.store.get(key))!.slice()
  await matrix.store.put(key, sound.with(3, sound[3]! ^ 1))
  const failures = await Promise.allSettled([view.readTile([0, 1]), view.readTile([1, 1]), view.getTile([0, 1])])
  for (const failure of failures) {
    t.is(failure.status, 'rejected')
    t.like((failure as PromiseRejectedResult).reason, { name: 'CorruptTileError', index: [1, 2], key: 'A/c/1/2' })
  }
  await matrix.store.put(key, sound)
  t.is((await view.readTile([0, 1])).data[8], 17)
})

test('views that cannot be, and writes', async (t) => {
  const { matrix } = await sample(4, 4, [2, 2])
  t.throws(() => matrix.retiled([0, 2]), { name: 'InvalidLayoutError' })
  const stack = await BigMatrix.create(new MemoryStore(), 'S', { shape: [2, 4, 4], tile: [1, 2, 2], dtype: 'float64' })
  t.throws(() => retiled(stack, [2, 2]), { name: 'InvalidLayoutError', message: /3 dimensions/ })
  t.throws(() => triangular(stack, 'lower'), { name: 'InvalidLayoutError' })
  const view = matrix.retiled([3, 3])
  await t.throwsAsync(view.putTile(), { name: 'ReadOnlyError' })
  await t.throwsAsync(view.readTile([2, 0]), { name: 'OutOfBoundsError' })
  await t.throwsAsync(view.readTile([0, 0], { signal: AbortSignal.abort() }), { name: 'AbortError' })
})
