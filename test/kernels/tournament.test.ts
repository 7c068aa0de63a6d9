/** The rounds of a tournament and the exchange of rows they end in, held against partial pivoting by the definition. */

import test from 'ava'
import fc from 'fast-check'
import { isNumpywrenError } from '../../src/errors.ts'
import { type Dtype, kernelRegistry, type Tile } from '../../src/kernels/index.ts'
import {
  at,
  dtypes,
  isPaddingIntact,
  makeContext,
  makeTile,
  norm1,
  product,
  randomTile,
  ratio,
} from './helpers/tiles.ts'

async function run(kernel: string, operands: readonly (Tile | undefined)[], tile?: number): Promise<readonly Tile[]> {
  const keywords = tile === undefined ? {} : { tile }
  return kernelRegistry.get(kernel)!.run(operands, makeContext({ keywords }))
}

/** Rows of partial pivoting, by the definition: the index of the row that becomes the s-th. */
function pivotOrder(a: Tile): number[] {
  const rows = Array.from({ length: a.rows }, (_, r) => Array.from({ length: a.cols }, (_, c) => at(a, r, c)))
  const order = rows.map((_, r) => r)
  for (let k = 0; k < Math.min(a.rows, a.cols); k++) {
    let best = k
    for (let r = k + 1; r < a.rows; r++) if (Math.abs(rows[r]![k]!) > Math.abs(rows[best]![k]!)) best = r
    ;[rows[k], rows[best]] = [rows[best]!, rows[k]!]
    ;[order[k], order[best]] = [order[best]!, order[k]!]
    for (let r = k + 1; r < a.rows; r++) {
      const factor = rows[r]![k]! / rows[k]![k]!
      for (let c = k + 1; c < a.cols; c++) rows[r]![c]! -= factor * rows[k]![c]!
    }
  }
  return order
}

const stacked = (tiles: readonly Tile[]): Tile => {
  const [first] = tiles as [Tile]
  const rows = tiles.flatMap((tile) => Array.from({ length: tile.rows }, (_, r) => [tile, r] as const))
  return makeTile(rows.length, first.cols, (r, c) => at(rows[r]![0], rows[r]![1], c))
}

/** Tiles of nb rows, the last of `last`, and as many columns as a panel has. */
function panel(count: number, nb: number, last: number, cols: number, dtype: Dtype = 'float64'): Tile[] {
  return Array.from({ length: count }, (_, i) =>
    randomTile(i === count - 1 ? last : nb, cols, 7 + i, { dtype, gap: 2, offset: 3 }),
  )
}

for (const dtype of dtypes) {
  test(`select_rows chooses what partial pivoting chooses, and factor_rows factors it, ${dtype}`, async (t) => {
    for (const [count, nb, last, cols] of [
      [1, 6, 6, 6],
      [1, 6, 3, 6],
      [1, 6, 6, 2],
      [4, 6, 6, 6],
      [3, 6, 1, 6],
      [2, 6, 5, 4],
    ] as const) {
      const tiles = panel(count, nb, last, cols, dtype)
      const whole = stacked(tiles)
      const pivots = Math.min(whole.rows, cols)
      const [where, values] = (await run('select_rows', [...tiles, undefined], 5)) as [Tile, Tile]
      const order = pivotOrder(whole).slice(0, pivots)
      t.deepEqual([where.rows, where.cols, values.rows, values.cols], [tiles[0]!.rows, 2, tiles[0]!.rows, cols])
      for (const [s, row] of order.entries()) {
        t.deepEqual([at(where, s, 0), at(where, s, 1)], [5 + Math.floor(row / nb), row % nb])
        for (let c = 0; c < cols; c++) t.is(at(values, s, c), at(whole, row, c))
      }
      for (let s = pivots; s < values.rows; s++) {
        t.deepEqual([at(where, s, 0), at(values, s, 0)], [-1, 0])
      }
      const [plan, lower, upper] = (await run('factor_rows', [where, values])) as [Tile, Tile, Tile]
      t.deepEqual([plan.rows, lower.rows, lower.cols, upper.rows, upper.cols], [pivots, pivots, pivots, pivots, cols])
      const chosen = makeTile(pivots, cols, (r, c) => at(whole, order[r]!, c))
      t.true(ratio(product(lower, upper), chosen, norm1(chosen), dtype) < 3)
      for (let r = 0; r < pivots; r++) {
        for (let c = 0; c < cols; c++) {
          if (c < r) t.is(at(upper, r, c), 0)
          if (c < pivots && c >= r) t.is(at(lower, r, c), c === r ? 1 : 0)
        }
      }
      for (const tile of tiles) t.true(isPaddingIntact(tile))
    }
  })
}

test('merge_rows chooses among candidates, and leaves out rows that are none', async (t) => {
  const tiles = panel(6, 4, 2, 4)
  const groups = [
    ...(await run('select_rows', tiles.slice(0, 4), 0)),
    ...(await run('select_rows', tiles.slice(4, 5), 4)),
    ...(await run('select_rows', tiles.slice(5), 5)),
  ]
  const [where, values] = (await run('merge_rows', [...groups, undefined, undefined])) as [Tile, Tile]
  const candidates: [tile: number, row: number][] = []
  for (let g = 0; g < groups.length; g += 2) {
    for (let s = 0; s < groups[g]!.rows; s++) {
      if (at(groups[g]!, s, 0) >= 0) candidates.push([at(groups[g]!, s, 0), at(groups[g]!, s, 1)])
    }
  }
  t.is(candidates.length, 4 + 4 + 2)
  const order = pivotOrder(makeTile(10, 4, (r, c) => at(tiles[candidates[r]![0]]!, candidates[r]![1], c))).slice(0, 4)
  for (const [s, row] of order.entries()) {
    const [tile, inTile] = candidates[row]!
    t.deepEqual([at(where, s, 0), at(where, s, 1)], [tile, inTile])
    for (let c = 0; c < 4; c++) t.is(at(values, s, c), at(tiles[tile]!, inTile, c))
  }
})

/** Row numbers after an exchange: the pivot tile by pivot_rows, the others by receive_rows. */
async function exchanged(plan: Tile, columns: readonly Tile[]): Promise<number[]> {
  const [top, ...rest] = columns as [Tile, ...Tile[]]
  const [first] = (await run('pivot_rows', [plan, undefined, ...columns.slice(0, 2)], 0)) as [Tile]
  let pivots = first
  for (let tile = 2; tile < columns.length; tile += 2) {
    ;[pivots] = (await run('pivot_rows', [plan, pivots, columns[tile], columns[tile + 1]], tile)) as [Tile]
  }
  const numbers = Array.from({ length: pivots.rows }, (_, r) => at(pivots, r, 0))
  for (const [i, column] of rest.entries()) {
    const [received] = (await run('receive_rows', [plan, column, top], i + 1)) as [Tile]
    for (let r = 0; r < received.rows; r++) numbers.push(at(received, r, 0))
  }
  return numbers
}

test('the plan of an exchange brings the pivot rows up in order and loses no row', async (t) => {
  const size = fc.integer({ min: 1, max: 6 })
  await fc.assert(
    fc.asyncProperty(size, fc.integer({ min: 1, max: 5 }), size, size, async (nb, count, lastRows, width) => {
      const last = Math.min(lastRows, nb)
      const cols = Math.min(width, nb)
      const tiles = panel(count, nb, last, cols)
      const groups: Tile[] = []
      for (const [i, tile] of tiles.entries()) groups.push(...(await run('select_rows', [tile], i)))
      const [plan] = (await run('factor_rows', groups)) as [Tile]
      const columns = tiles.map((tile, i) => makeTile(tile.rows, 1, (r) => i * nb + r))
      const numbers = await exchanged(plan, columns)
      for (let s = 0; s < plan.rows; s++) t.is(numbers[s], at(plan, s, 0) * nb + at(plan, s, 1))
      t.deepEqual(
        [...numbers].sort((a, b) => a - b),
        numbers.map((_, row) => row),
      )
      // Rows that were no pivots and stood in no pivot's place have not moved.
      const pivots = new Set(numbers.slice(0, plan.rows))
      for (const [place, number] of numbers.entries()) {
        if (place >= plan.rows && number >= plan.rows && !pivots.has(place)) t.is(number, place)
      }
    }),
    { numRuns: 40 },
  )
})

test('take_rows finds rows and columns by number in several tiles', async (t) => {
  const sources = [randomTile(3, 4, 1), randomTile(2, 4, 2)] as const
  const numbers = [makeTile(3, 1, (r) => [40, 10, 30][r]!), makeTile(2, 1, (r) => [20, 0][r]!)] as const
  const wanted = makeTile(4, 1, (r) => [20, 40, 99, 30][r]!)
  const [rows] = (await run('take_rows', [wanted, undefined, numbers[0], sources[0], numbers[1], sources[1]])) as [Tile]
  const expected = [[sources[1], 0], [sources[0], 0], undefined, [sources[0], 2]] as const
  for (const [s, from] of expected.entries()) {
    for (let c = 0; c < 4; c++) t.is(at(rows, s, c), from === undefined ? 0 : at(from[0], from[1], c))
  }
  // What is not found stays.
  const before = randomTile(4, 4, 3)
  const [kept] = (await run('take_rows', [wanted, before, numbers[1], sources[1], undefined, undefined])) as [Tile]
  for (let c = 0; c < 4; c++) {
    t.is(at(kept, 0, c), at(sources[1], 0, c))
    for (const s of [1, 2, 3]) t.is(at(kept, s, c), at(before, s, c))
  }
  const kernel = kernelRegistry.get('take_rows')!
  const across = [randomTile(4, 3, 4), randomTile(4, 2, 5)] as const
  const [columns] = await kernel.run(
    [wanted, undefined, numbers[0], across[0], numbers[1], across[1]],
    makeContext({ keywords: { columns: 1 } }),
  )
  for (let r = 0; r < 4; r++) {
    t.deepEqual(
      [0, 1, 2, 3].map((c) => at(columns!, r, c)),
      [at(across[1], r, 0), at(across[0], r, 0), 0, at(across[0], r, 2)],
    )
  }
})

test('results go into donated operands', async (t) => {
  const tiles = panel(2, 4, 4, 4)
  const groups = [...(await run('select_rows', tiles, 0))]
  const [plan] = (await run('factor_rows', groups)) as [Tile]
  const [column, top] = [randomTile(4, 3, 8), randomTile(4, 3, 9)]
  const context = makeContext({ keywords: { tile: 1 } }, [false, true, false])
  const [received] = await kernelRegistry.get('receive_rows')!.run([plan, column, top], context)
  t.is(received!.data, column.data)
  t.is(context.allocated, 0)
})

test('operands that do not fit are refused', async (t) => {
  const refuses = (kernel: string, operands: readonly (Tile | undefined)[], message: RegExp, tile?: number): void => {
    const scalars = { positional: [], keywords: tile === undefined ? {} : { tile } }
    const error = t.throws(() => kernelRegistry.get(kernel)!.shape(operands, scalars))
    t.true(isNumpywrenError(error, 'KernelArgumentError'), kernel)
    t.regex(error!.message, message)
  }
  const [a, plan, where] = [makeTile(4, 4, () => 1), makeTile(4, 4, () => 0), makeTile(4, 2, () => 0)]
  const flat = makeTile(2, 4, () => 1)
  refuses('select_rows', [undefined, a], /operand 0 \(A\) is absent/)
  refuses('select_rows', [a, undefined, a], /only the last ones may be absent/)
  refuses('select_rows', [flat, a], /fewer rows than columns/)
  refuses('select_rows', [a, makeTile(4, 3, () => 1)], /4x3; 4x4 is wanted/)
  refuses('merge_rows', [where, a, where], /operand 3 \(C\) is absent/)
  refuses('factor_rows', [makeTile(3, 2, () => 0), a], /where is 3x2; 4x2 is wanted/)
  refuses('pivot_rows', [plan, a, a], /X must be absent for tile 0/, 0)
  refuses('pivot_rows', [plan, undefined, a], /X must be absent for tile 0, and only for it; tile is 4/, 4)
  refuses('receive_rows', [where, a, a], /plan is 4x2; 4x4 is wanted/, 1)
  refuses('lu_update', [plan, a, a, a, flat], /U is 2x4; 4x4 is wanted/, 1)
  refuses(
    'take_rows',
    [makeTile(4, 1, () => 0), undefined, makeTile(3, 1, () => 0), a],
    /numbers is 3x1; 4x1 is wanted/,
  )
})

test('a plan that names rows which are not there is refused before memory is touched', async (t) => {
  const plan = makeTile(
    2,
    4,
    (r, c) =>
      [
        [0, 9, -1, -1],
        [1, 0, 1, 77],
      ][r]![c]!,
  )
  const [a, top] = [randomTile(4, 3, 1), randomTile(4, 3, 2)]
  await t.throwsAsync(run('pivot_rows', [plan, undefined, a, top], 0), { message: /rows that the tiles do not have/ })
  await t.throwsAsync(run('receive_rows', [plan, a, top], 1), { message: /rows that the tiles do not have/ })
})
