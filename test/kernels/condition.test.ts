/** Norms, estimates of norms and least squares of one tile. */

import test from 'ava'
import { KernelArgumentError, type Tile } from '../../src/kernels/index.ts'
import { at, dtypes, makeTile, randomTile, rowsOf, runKernel } from './helpers/tiles.ts'

const rows = (tile: Tile): number[][] => rowsOf(tile)

for (const dtype of dtypes) {
  test(`sums, squares and maxima of columns go on from what was found before, ${dtype}`, async (t) => {
    const a = makeTile(2, 3, (r, c) => (r === 0 ? -1 : 2) * (c + 1), { dtype, gap: 2 })
    const before = makeTile(1, 3, () => 4)
    t.deepEqual(rows((await runKernel('col_abs_sums', [a, undefined]))[0]!), [[3, 6, 9]])
    t.deepEqual(rows((await runKernel('col_abs_sums', [a, before]))[0]!), [[7, 10, 13]])
    t.deepEqual(rows((await runKernel('col_abs_sums', [a, makeTile(1, 2, () => 1)], { trans: 1 }))[0]!), [[7, 13]])
    t.deepEqual(rows((await runKernel('col_sumsq', [a, before]))[0]!), [[9, 24, 49]])
    t.deepEqual(rows((await runKernel('col_max_abs', [a, before]))[0]!), [[4, 4, 6]])
    const broken = makeTile(2, 1, (r) => (r === 0 ? Number.NaN : 1), { dtype })
    t.deepEqual(rows((await runKernel('col_max_abs', [broken, undefined]))[0]!), [[Number.NaN]])
    await t.throwsAsync(runKernel('col_abs_sums', [a, makeTile(1, 2, () => 1)]), { instanceOf: KernelArgumentError })
  })

  test(`a symmetric tile from its lower half; the first zero pivot; signs, ${dtype}`, async (t) => {
    const a = makeTile(3, 3, (r, c) => 10 * r + c, { dtype })
    t.deepEqual(rows((await runKernel('symmetrize', [a]))[0]!), [
      [0, 10, 20],
      [10, 11, 21],
      [20, 21, 22],
    ])
    const u = makeTile(3, 3, (r, c) => (r === c ? r - 1 : 5), { dtype })
    const one = (value: number): Tile => makeTile(1, 1, () => value)
    t.is((await runKernel('zero_pivot', [u, undefined], { first: 30 }))[0]!.data[0], 32)
    t.is((await runKernel('zero_pivot', [u, one(7)], { first: 30 }))[0]!.data[0], 7)
    t.is((await runKernel('zero_pivot', [makeTile(2, 2, () => 1), one(0)], { first: 30 }))[0]!.data[0], 0)
    const y = makeTile(1, 3, (_, c) => [-2, 0, 3][c]!, { dtype })
    t.deepEqual(rows((await runKernel('sign', [y]))[0]!), [[-1, 1, 1]])
  })

  test(`starting vectors have 1-norm 1 whatever the tiles; the largest rows are found across tiles, ${dtype}`, async (t) => {
    const total = 11
    const parts = [0, 4, 8].map((first) => ({
      first,
      like: makeTile(Math.min(4, total - first), 2, () => 0, { dtype }),
    }))
    const found = await Promise.all(
      parts.map(async ({ first, like }) => (await runKernel('estimate_start', [like], { first, total }))[0]!),
    )
    const whole = (await runKernel('estimate_start', [makeTile(total, 1, () => 0, { dtype })], { first: 0, total }))[0]!
    t.deepEqual(found.flatMap(rows), rows(whole))
    for (let c = 0; c < whole.cols; c++) {
      const norm = rows(whole).reduce((sum, row) => sum + Math.abs(row[c]!), 0)
      t.true(Math.abs(norm - 1) < 1e-6)
    }
    const z = randomTile(total, 3, 5, { dtype })
    let best: Tile | undefined
    for (const { first, like } of parts) {
      const part = makeTile(like.rows, 3, (r, c) => at(z, first + r, c), { dtype })
      best = (await runKernel('largest_rows', [part, best], { first }))[0]!
    }
    for (const { first, like } of parts) {
      const [unit] = await runKernel('unit_columns', [makeTile(like.rows, 3, () => 9, { dtype }), best], { first })
      for (let c = 0; c < 3; c++) {
        const column = rows(z).map((row) => Math.abs(row[c]!))
        const largest = column.indexOf(Math.max(...column))
        for (let r = 0; r < like.rows; r++) t.is(at(unit!, r, c), first + r === largest ? 1 : 0)
      }
    }
  })

  test(`gelsd: the solution of least norm, singular values and rank of one tile, ${dtype}`, async (t) => {
    const a = makeTile(3, 3, (r, c) => (r === c ? [4, 0.5, 0][r]! : 0), { dtype, gap: 1 })
    const b = makeTile(3, 2, (r, c) => r + c + 1, { dtype })
    const close = (found: Tile, wanted: readonly (readonly number[])[]): void => {
      for (const [r, row] of wanted.entries())
        for (const [c, value] of row.entries()) t.true(Math.abs(at(found, r, c) - value) < 1e-5)
    }
    const [x, s, rank] = await runKernel('gelsd', [a, b], { rcond: 1e-6 })
    close(x!, [
      [0.25, 0.5],
      [4, 6],
      [0, 0],
    ])
    close(s!, [[4], [0.5], [0]])
    t.is(rank!.data[0], 2)
    t.is(at(a, 0, 0), 4, 'the operand is as it was')
    t.is((await runKernel('gelsd', [a, b], { rcond: 0.2 }))[2]!.data[0], 1)
    await t.throwsAsync(runKernel('gelsd', [makeTile(3, 2, () => 1, { dtype }), b], { rcond: 0 }), {
      instanceOf: KernelArgumentError,
    })
  })
}
