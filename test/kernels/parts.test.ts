import test from 'ava'
import fc from 'fast-check'
import { KernelArgumentError, kernelRegistry, type Tile } from '../../src/kernels/index.ts'
import { at, dtypes, isPaddingIntact, makeTile, randomTile, rowsOf, runKernel, sameBits } from './helpers/tiles.ts'

const call = async (...given: Parameters<typeof runKernel>): Promise<Tile> => (await runKernel(...given))[0]!

const small = fc.integer({ min: 0, max: 9 })
const extent = fc.integer({ min: 1, max: 9 })
const counted = fc.integer({ min: 1, max: 12 })

test('slice gives the block, clipped to its tile', async (t) => {
  await fc.assert(
    fc.asyncProperty(extent, extent, small, small, counted, counted, async (m, n, row, col, rows, cols) => {
      const a = randomTile(m, n, 1, { gap: 2 })
      if (row >= m || col >= n) {
        await t.throwsAsync(call('slice', [a], { row, col, rows, cols }), {
          instanceOf: KernelArgumentError,
          message: /outside of A/,
        })
        return
      }
      const found = await call('slice', [a], { row, col, rows, cols })
      const wanted = makeTile(Math.min(rows, m - row), Math.min(cols, n - col), (r, c) => at(a, row + r, col + c))
      t.true(sameBits(found, wanted))
    }),
  )
})

for (const dtype of dtypes)
  test(`place puts a block in and leaves the rest alone, in place when donated, ${dtype}`, async (t) => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(extent, extent, extent, extent),
        fc.tuple(small, small, small, small, counted, counted, fc.integer({ min: 0, max: 1 })),
        async ([gm, gn, m, n], [row, col, from_row, from_col, rows, cols, trans]) => {
          const scalars = { row, col, from_row, from_col, rows, cols, trans }
          const g = randomTile(gm, gn, 1, { dtype, gap: 3 })
          const a = randomTile(m, n, 2, { dtype })
          const [am, an] = trans === 1 ? [n, m] : [m, n]
          const element = (r: number, c: number): number => (trans === 1 ? at(a, c, r) : at(a, r, c))
          const wanted = makeTile(
            gm,
            gn,
            (r, c) => {
              const [i, j] = [r - row, c - col]
              const isInside = i >= 0 && i < rows && i + from_row < am && j >= 0 && j < cols && j + from_col < an
              return isInside ? element(i + from_row, j + from_col) : at(g, r, c)
            },
            { dtype },
          )
          const before = rowsOf(g)
          t.true(sameBits(await call('place', [g, a], scalars), wanted))
          t.deepEqual(rowsOf(g), before)
          t.is(await call('place', [g, a], scalars, [true, false]), g)
          t.true(sameBits(g, wanted))
          t.true(isPaddingIntact(g))
        },
      ),
    )
  })

test('embed starts with zeros', async (t) => {
  const a = randomTile(3, 2, 1)
  const found = await call('embed', [a], { rows: 5, cols: 4, row: 1, col: 3 })
  t.true(
    sameBits(
      found,
      makeTile(5, 4, (r, c) => (c === 3 && r >= 1 && r < 4 ? at(a, r - 1, 0) : 0)),
    ),
  )
  const shifted = await call('embed', [a], { row: 1, from_row: 1 })
  t.true(
    sameBits(
      shifted,
      makeTile(3, 2, (r, c) => (r === 0 ? 0 : at(a, r, c))),
    ),
  )
  const turned = await call('embed', [a], { trans: 1 })
  t.true(
    sameBits(
      turned,
      makeTile(2, 3, (r, c) => at(a, c, r)),
    ),
  )
})

test('counts that are negative or not whole are refused', (t) => {
  const cases: [string, Record<string, number>, RegExp][] = [
    ['slice', { row: -1 }, /slice: row is -1; a whole number/],
    ['place', { col: 0.5 }, /place: col is 0.5/],
    ['embed', { rows: -2 }, /embed: rows is -2/],
    ['place', { trans: 2 }, /place: trans is 2; 0 or 1/],
  ]
  for (const [name, keywords, message] of cases) {
    const operands = [
      { rows: 2, cols: 2 },
      { rows: 2, cols: 2 },
    ]
    t.throws(() => kernelRegistry.get(name)!.shape(operands, { positional: [], keywords }), {
      instanceOf: KernelArgumentError,
      message,
    })
  }
})
