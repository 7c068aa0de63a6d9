import test from 'ava'
import { NotPositiveDefiniteError, potrf } from '../../src/kernels/index.ts'
import {
  at,
  dtypes,
  isPaddingIntact,
  makeTile,
  norm1,
  product,
  ratio,
  spdTile,
  transposed,
  triangle,
} from './helpers/tiles.ts'

for (const dtype of dtypes) {
  for (const uplo of ['lower', 'upper'] as const) {
    test(`potrf, ${uplo}, ${dtype}: A is the product of the factors, the other half zeros`, async (t) => {
      for (const n of [1, 2, 7, 31, 64, 129, 200]) {
        const a = spdTile(n, n, { dtype })
        // The other half is never read.
        const factor = makeTile(n, n, (r, c) => (r === c || r > c === (uplo === 'lower') ? at(a, r, c) : Number.NaN), {
          dtype,
          gap: 3,
        })
        await potrf(factor, { uplo })
        t.is(ratio(factor, triangle(factor, uplo), 1, dtype), 0)
        const l = uplo === 'lower' ? factor : transposed(factor)
        const found = ratio(product(l, transposed(l)), a, norm1(a), dtype)
        t.true(found < 3, `n = ${n}: ratio ${found}`)
        t.true(isPaddingIntact(factor))
      }
    })

    test(`potrf, ${uplo}, ${dtype}: names the first row whose pivot is not positive, or NaN`, async (t) => {
      for (const n of [3, 40, 150]) {
        for (const row of [0, 1, n >> 1, n - 1]) {
          for (const pivot of [-1, 0, Number.NaN]) {
            const a = makeTile(n, n, (r, c) => (r === c ? (r === row ? pivot : 2) : 0), { dtype })
            const error = await t.throwsAsync(potrf(a, { uplo }), { instanceOf: NotPositiveDefiniteError })
            t.is(error.row, row, `n = ${n}, pivot ${pivot}`)
            t.is(error.category, 'numerical')
          }
        }
      }
    })
  }

  test(`potrf reports a NaN before a negative pivot, ${dtype}`, async (t) => {
    const a = makeTile(100, 100, (r, c) => (r === c ? (r === 90 ? -1 : r === 20 ? Number.NaN : 2) : 0), { dtype })
    const error = await t.throwsAsync(potrf(a), { instanceOf: NotPositiveDefiniteError })
    t.is(error.row, 20)
  })
}

test('a failure is told where its tile lies', (t) => {
  const local = new NotPositiveDefiniteError('potrf', 0)
  t.is(local.message, 'leading minor of order 1 (row 0 of the tile) is not positive')
  const global = local.at({ tile: [5, 5], globalRow: 5120 })
  t.is(global.message, 'leading minor of order 5121 (tile [5,5], row 0) is not positive')
  t.is(global.globalRow, 5120)
  t.deepEqual(global.tile, [5, 5])
  t.is(global.cause, local)
})

test('potrf of a graded and of a tiny scaled matrix', async (t) => {
  for (const scale of [1e150, 1e-150]) {
    const spd = spdTile(50, 9)
    const a = makeTile(50, 50, (r, c) => at(spd, r, c) * scale)
    const factor = makeTile(50, 50, (r, c) => at(a, r, c))
    await potrf(factor)
    t.true(ratio(product(factor, transposed(factor)), a, norm1(a), 'float64') < 1)
  }
})
