/** What follows the choice of pivot rows: rows of L, zeros under pivots that say nothing, the update. */

import test from 'ava'
import { kernelRegistry, type Tile } from '../../src/kernels/index.ts'
import { panelSolve } from '../../src/kernels/routines/panel-solve.ts'
import {
  at,
  dtypes,
  epsilon,
  makeContext,
  makeTile,
  norm1,
  product,
  randomTile,
  ratio,
  rowsOf,
} from './helpers/tiles.ts'

async function run(kernel: string, operands: readonly (Tile | undefined)[], tile?: number): Promise<readonly Tile[]> {
  const keywords = tile === undefined ? {} : { tile }
  return kernelRegistry.get(kernel)!.run(operands, makeContext({ keywords }))
}

/** Upper triangular, with a diagonal that is not small unless `diagonal` says so. */
function upper(n: number, diagonal: Readonly<Record<number, number>> = {}): Tile {
  const noise = randomTile(n, n, 3)
  return makeTile(n, n, (r, c) => (r > c ? 0 : r < c ? at(noise, r, c) : (diagonal[c] ?? 2 + c / n)))
}

const copyOf = (tile: Tile): Tile => makeTile(tile.rows, tile.cols, (r, c) => at(tile, r, c))

for (const dtype of dtypes) {
  test(`B inv(U) with pivots of any ordinary size, ${dtype}`, async (t) => {
    for (const [m, n] of [
      [5, 1],
      [1, 9],
      [30, 21],
    ] as const) {
      const u = makeTile(n, n, (r, c) => at(upper(n), r, c), { dtype })
      const b = randomTile(m, n, 5, { dtype, gap: 3 })
      const given = copyOf(b)
      await panelSolve(u, b)
      t.true(ratio(product(b, u), given, norm1(given), dtype) < 10)
    }
  })
}

test('under a zero pivot there are zeros, and the columns behind are solved without it', async (t) => {
  const u = upper(7, { 2: 0, 5: 0 })
  const x = makeTile(4, 7, (r, c) => (c === 2 || c === 5 ? 0 : at(randomTile(4, 7, 8), r, c)))
  const b = product(x, u)
  await panelSolve(u, b)
  t.true(ratio(b, x, norm1(x), 'float64') < 10)
  for (let r = 0; r < 4; r++) t.deepEqual([at(b, r, 2), at(b, r, 5)], [0, 0])
  const zeros = makeTile(3, 3, () => 0)
  const rest = randomTile(2, 3, 9)
  await panelSolve(zeros, rest)
  t.deepEqual(rowsOf(rest), [
    [0, 0, 0],
    [0, 0, 0],
  ])
})

test('a quotient of rounding errors becomes zero, one that says something stays', async (t) => {
  const tiny = epsilon.float64
  const u = makeTile(
    3,
    3,
    (r, c) =>
      [
        [1, 1, 1],
        [0, tiny, 5],
        [0, 0, 2],
      ][r]![c]!,
  )
  // What is left of column 1: two rounding errors in row 0, far more in row 1.
  const b = makeTile(
    2,
    3,
    (r, c) =>
      [
        [1, 1 + 2 * tiny, 3],
        [1, 1 + 2 ** -40, 3],
      ][r]![c]!,
  )
  const given = copyOf(b)
  await panelSolve(u, b)
  t.deepEqual([at(b, 0, 0), at(b, 0, 1), at(b, 0, 2)], [1, 0, 1])
  t.is(at(b, 1, 1), 2 ** -40 / tiny)
  t.true(ratio(product(b, u), given, norm1(given), 'float64') < 3)
  // A small pivot in a small column is an ordinary one.
  const graded = makeTile(2, 2, (r, c) => (r > c ? 0 : c === 1 ? 2 ** -100 : 1))
  const rows = makeTile(1, 2, (_, c) => [0.5, 0.75 * 2 ** -100][c]!)
  await panelSolve(graded, rows)
  t.deepEqual(rowsOf(rows), [[0.5, 0.25]])
})

test('NaN is not taken for a rounding error', async (t) => {
  const u = upper(4, { 1: 1e-30 })
  const b = makeTile(2, 4, (r, c) => (r === 0 && c === 1 ? Number.NaN : 1))
  await panelSolve(u, b)
  t.true(Number.isNaN(at(b, 0, 1)) && Number.isNaN(at(b, 0, 3)))
})

test('lu_diagonal: L of the pivot rows, and below it the rows beyond them', async (t) => {
  const a = randomTile(6, 4, 11)
  const [where, values] = (await run('select_rows', [a], 0)) as [Tile, Tile]
  const [plan, lower, up] = (await run('factor_rows', [where, values])) as [Tile, Tile, Tile]
  const [whole, largest] = (await run('lu_diagonal', [plan, lower, up, a])) as [Tile, Tile]
  t.is(at(largest, 0, 0), 1)
  t.deepEqual([whole.rows, whole.cols], [6, 4])
  const [moved] = (await run('pivot_rows', [plan, undefined, a], 0)) as [Tile]
  t.true(ratio(product(whole, up), moved, norm1(a), 'float64') < 3)
  t.true(rowsOf(whole).every((row) => row.every((value) => Math.abs(value) <= 1)))
})

test('lu_panel and lu_update take in the rows of the pivot tile first', async (t) => {
  const tiles = [randomTile(4, 4, 12), randomTile(4, 4, 13)] as const
  const right = [randomTile(4, 5, 14), randomTile(4, 5, 15)] as const
  const [where, values] = (await run('select_rows', tiles, 0)) as [Tile, Tile]
  const [plan, lower, up] = (await run('factor_rows', [where, values])) as [Tile, Tile, Tile]
  const [received] = (await run('receive_rows', [plan, tiles[1], tiles[0]], 1)) as [Tile]
  const [panel, largest] = (await run('lu_panel', [plan, up, tiles[1], tiles[0]], 1)) as [Tile, Tile]
  t.is(at(largest, 0, 0), Math.max(...rowsOf(panel).flat().map(Math.abs)))
  t.true(ratio(product(panel, up), received, norm1(received), 'float64') < 3)
  const [top] = (await run('pivot_rows', [plan, undefined, ...right], 0)) as [Tile]
  const [below] = (await run('receive_rows', [plan, right[1], right[0]], 1)) as [Tile]
  const [updated] = (await run('lu_update', [plan, right[1], right[0], panel, top], 1)) as [Tile]
  const minus = product(panel, top)
  const expected = makeTile(4, 5, (r, c) => at(below, r, c) - at(minus, r, c))
  t.true(ratio(updated, expected, norm1(below), 'float64') < 3)
  t.is(lower.rows, 4)
})

test('row_numbers, copy_max', async (t) => {
  const [numbers] = (await run('row_numbers', [makeTile(2, 3, () => 0), makeTile(5, 3, () => 0)], 4)) as [Tile]
  t.deepEqual(rowsOf(numbers), [[20], [21]])
  const a = makeTile(
    2,
    2,
    (r, c) =>
      [
        [1, -7],
        [3, 2],
      ][r]![c]!,
  )
  const [copy, largest] = (await run('copy_max', [a])) as [Tile, Tile]
  t.deepEqual([rowsOf(copy), rowsOf(largest)], [rowsOf(a), [[7]]])
})
