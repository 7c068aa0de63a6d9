import test from 'ava'
import fc from 'fast-check'
import {
  BigMatrix,
  block,
  type Layout,
  type Range,
  symmetric,
  type TileArray,
  transposed,
} from '../../src/matrix/index.ts'
import { MemoryStore } from '../../src/storage/index.ts'
import { collect, counting, slice } from './helpers/model.ts'

/** An m x n matrix of 0, 1, 2, ... in tiles of mb x nb. */
async function sample(m: number, n: number, mb: number, nb: number, options: Partial<Layout> = {}): Promise<BigMatrix> {
  const matrix = await BigMatrix.create(new MemoryStore(), 'A', {
    shape: [m, n],
    tile: [mb, nb],
    dtype: 'float64',
    ...options,
  })
  await matrix.write(counting(m * n))
  return matrix
}

const extent = fc.integer({ min: 1, max: 8 })

test('a transposed view reads the transpose, of any shape and edge', async (t) => {
  await fc.assert(
    fc.asyncProperty(extent, extent, extent, extent, async (m, n, mb, nb) => {
      const view = (await sample(m, n, mb, nb)).transposed()
      const { data, shape } = await view.read()
      t.deepEqual(shape, [n, m])
      t.deepEqual(
        [...data],
        counting(m * n).map((_, at) => (at % m) * n + Math.floor(at / m)),
      )
      const twice = transposed(view)
      t.deepEqual(await twice.readTile([0, 0]), await view.base.readTile([0, 0]))
    }),
    { numRuns: 40 },
  )
})

test('a block reads its part, from tile to tile or to the edge', async (t) => {
  const matrix = await sample(8, 7, 3, 2)
  const rows: Range[] = [
    [0, 3],
    [3, 6],
    [3, 8],
    [6, 8],
  ]
  const cols: Range[] = [
    [0, 2],
    [2, 6],
    [4, 7],
    [6, 7],
  ]
  for (const row of rows) {
    for (const col of cols) {
      const view = matrix.block(row, col)
      t.deepEqual([...(await view.read()).data], slice(counting(56), [8, 7], [row, col]))
      const stored = await collect(view.storedTiles())
      t.is(stored.length, view.grid[0]! * view.grid[1]!)
      for (const { index } of stored) t.true(await view.hasTile(index))
    }
  }
  t.deepEqual((await matrix.block([3, 6]).read()).shape, [3, 7])
  for (const bad of [
    [1, 3],
    [0, 4],
    [0, 9],
    [3, 3],
    [-3, 3],
  ] as Range[]) {
    t.throws(() => matrix.block(bad), { name: 'OutOfBoundsError', message: /multiple of the tile/ })
  }
})

for (const stored of ['lower', 'upper'] as const) {
  test(`a symmetric view of the ${stored} half never looks at the other`, async (t) => {
    await fc.assert(
      fc.asyncProperty(extent, extent, async (n, nb) => {
        const matrix = await sample(n, n, nb, nb)
        const { data } = await symmetric(matrix, stored).read()
        const wanted = counting(n * n).map((_, at) => {
          const [r, c] = [Math.floor(at / n), at % n]
          const isKept = stored === 'lower' ? r >= c : r <= c
          return isKept ? r * n + c : c * n + r
        })
        t.deepEqual([...data], wanted)
      }),
      { numRuns: 30 },
    )
  })
}

test('a symmetric view lists mirrored tiles, and only of the stored half', async (t) => {
  const matrix = await sample(4, 4, 2, 2)
  await matrix.deleteTile([1, 0])
  const view = matrix.symmetric('lower')
  const indices = (await collect(view.storedTiles())).map(({ index }) => index.join())
  t.deepEqual(indices.toSorted(), ['0,0', '1,1'])
  t.is(await view.getTile([0, 1]), undefined)
  t.false(await view.hasTile([0, 1]))
  t.throws(() => symmetric(matrix.block([0, 2]), 'lower'), { name: 'InvalidLayoutError', message: /square/ })
})

test('views of views, with origins and pooled buffers', async (t) => {
  const matrix = await sample(6, 4, 2, 2, { origin: [1, -1] })
  const view: TileArray = block(matrix.transposed(), [
    [2, 4],
    [2, 6],
  ])
  const into = new ArrayBuffer(view.tileBytes)
  const tile = (await view.getTile([0, 1], { into }))!
  t.is(tile.data.buffer, into)
  t.deepEqual([...tile.data], [18, 19, 22, 23])
  t.deepEqual([...(await matrix.getTile([3, 0]))!.data], [18, 22, 19, 23])
})

test('views cannot be written', async (t) => {
  const view = (await sample(2, 2, 2, 2)).transposed()
  await t.throwsAsync(view.putTile(), { name: 'ReadOnlyError' })
  await t.throwsAsync(view.deleteTile(), { name: 'ReadOnlyError' })
})
