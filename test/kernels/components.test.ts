import test from 'ava'
import type { Tile } from '../../src/kernels/index.ts'
import { at, dtypes, makeTile, randomTile, ratio, runKernel } from './helpers/tiles.ts'

for (const dtype of dtypes) {
  test(`subtract_means takes a number off every column, ${dtype}`, async (t) => {
    const a = randomTile(7, 4, 1, { dtype })
    const mu = makeTile(4, 1, (r) => r - 1.5, { dtype, gap: 1 })
    const [x] = (await runKernel('subtract_means', [a, mu])) as [Tile]
    const wanted = makeTile(7, 4, (r, c) => at(a, r, c) - at(mu, c, 0), { dtype })
    t.true(ratio(x, wanted, 1, dtype) < 2)
  })

  test(`column_peaks keeps the earlier one of two, across tiles as well, ${dtype}`, async (t) => {
    const first = makeTile(
      3,
      3,
      (r, c) =>
        [
          [1, -2, 0],
          [-4, 2, 0],
          [4, 1, 0],
        ][r]![c]!,
      { dtype, gap: 2 },
    )
    const [peaks] = (await runKernel('column_peaks', [first, undefined])) as [Tile]
    t.deepEqual(
      [0, 1, 2].map((c) => at(peaks, c, 0)),
      [-4, -2, 0],
    )
    const second = makeTile(
      2,
      3,
      (r, c) =>
        [
          [4, 3, -1],
          [0, -3, 1],
        ][r]![c]!,
      { dtype },
    )
    const [both] = (await runKernel('column_peaks', [second, peaks])) as [Tile]
    t.deepEqual(
      [0, 1, 2].map((c) => at(both, c, 0)),
      [-4, 3, -1],
    )
  })

  test(`explained_variance: shares add up, also where squares vanish or overflow, ${dtype}`, async (t) => {
    const [small, large] = dtype === 'float64' ? [1e-200, 1e200] : [1e-30, 1e30]
    for (const scale of [1, small, large]) {
      const s = makeTile(3, 1, (r) => scale * [2, 1, 1][r]!, { dtype })
      const [variance, share, values] = (await runKernel('explained_variance', [s], { m: 5, k: 2 })) as [
        Tile,
        Tile,
        Tile,
      ]
      t.deepEqual([variance.rows, share.rows, values.rows], [2, 2, 2])
      t.true(Math.abs(at(share, 0, 0) - 4 / 6) < 1e-6 && Math.abs(at(share, 1, 0) - 1 / 6) < 1e-6)
      t.is(at(values, 1, 0), at(s, 1, 0))
      if (scale === 1) t.deepEqual([at(variance, 0, 0), at(variance, 1, 0)], [1, 0.25])
    }
    const zero = makeTile(2, 1, () => 0, { dtype })
    t.is(at((await runKernel('explained_variance', [zero], { m: 2 }))[1]!, 0, 0), 0)
  })
}
