import test from 'ava'
import { gemm, potrf, syrk, type Tile, trsm } from '../../src/kernels/index.ts'
import {
  at,
  dtypes,
  isPaddingIntact,
  makeTile,
  norm1,
  product,
  randomTile,
  ratio,
  sameBits,
  spdTile,
  transposed,
  triangle,
} from './helpers/tiles.ts'

const threshold = 10
const booleans = [false, true]
const halves = ['lower', 'upper'] as const

/** alpha P + beta C by the definition. */
const combined = (alpha: number, p: Tile, beta: number, c: Tile): Tile =>
  makeTile(c.rows, c.cols, (i, j) => alpha * at(p, i, j) + (beta === 0 ? 0 : beta * at(c, i, j)))

for (const dtype of dtypes) {
  test(`gemm agrees with the definition, all transposes and leading dimensions, ${dtype}`, async (t) => {
    const shapes = [
      [1, 1, 1],
      [5, 3, 7],
      [64, 1, 33],
      [37, 65, 40],
      [130, 70, 100],
    ] as const
    for (const [m, n, k] of shapes) {
      for (const transA of booleans) {
        for (const transB of booleans) {
          for (const [alpha, beta] of [
            [1, 0],
            [-1, 1],
            [0.5, -2],
          ] as const) {
            const a = randomTile(transA ? k : m, transA ? m : k, 1, { dtype, gap: 3 })
            const b = randomTile(transB ? n : k, transB ? k : n, 2, { dtype, gap: 1, offset: 2 })
            const c = randomTile(m, n, 3, { dtype, gap: 5 })
            const opA = transA ? transposed(a) : a
            const opB = transB ? transposed(b) : b
            const wanted = combined(alpha, product(opA, opB), beta, c)
            const scale = norm1(opA) * norm1(opB) + norm1(c)
            await gemm(c, a, b, { transA, transB, alpha, beta })
            const found = ratio(c, wanted, scale, dtype)
            t.true(found < threshold, `m n k = ${m} ${n} ${k}, ${transA} ${transB}: ratio ${found}`)
            t.true(isPaddingIntact(c))
          }
        }
      }
    }
  })

  test(`gemm with beta = 0 does not read C, ${dtype}`, async (t) => {
    const c = makeTile(4, 4, () => Number.NaN, { dtype })
    const a = randomTile(4, 2, 1, { dtype })
    await gemm(c, a, transposed2(a), { beta: 0 })
    t.false(c.data.some(Number.isNaN))
    function transposed2(tile: Tile): Tile {
      return makeTile(tile.cols, tile.rows, (r, col) => at(tile, col, r), { dtype })
    }
  })

  test(`syrk updates one half and leaves the other, ${dtype}`, async (t) => {
    for (const [n, k] of [
      [1, 1],
      [6, 9],
      [65, 33],
      [100, 128],
    ] as const) {
      for (const uplo of halves) {
        for (const trans of booleans) {
          const a = randomTile(trans ? k : n, trans ? n : k, 4, { dtype, gap: 2 })
          const c = randomTile(n, n, 5, { dtype, gap: 1 })
          const opA = trans ? transposed(a) : a
          const full = combined(-1, product(opA, transposed(opA)), 2, c)
          const wanted = makeTile(n, n, (r, col) =>
            r === col || r > col === (uplo === 'lower') ? at(full, r, col) : at(c, r, col),
          )
          const scale = norm1(opA) * norm1(transposed(opA)) + norm1(c)
          await syrk(c, a, { uplo, trans, alpha: -1, beta: 2 })
          t.true(ratio(c, wanted, scale, dtype) < threshold)
          t.true(isPaddingIntact(c))
        }
      }
    }
  })

  test(`trsm solves, all sides, halves, transposes and diagonals, ${dtype}`, async (t) => {
    for (const [m, n] of [
      [1, 1],
      [7, 3],
      [3, 7],
      [66, 50],
      [1, 90],
    ] as const) {
      for (const side of ['left', 'right'] as const) {
        for (const uplo of halves) {
          for (const trans of booleans) {
            for (const unit of booleans) {
              const order = side === 'left' ? m : n
              const full = spdTile(order, 6, { dtype, gap: 2 })
              // Rows scaled down so that a unit triangle is well conditioned too.
              const tri = makeTile(order, order, (r, c) => (r === c ? at(full, r, c) : at(full, r, c) / order), {
                dtype,
              })
              const b = randomTile(m, n, 7, { dtype, gap: 4 })
              const x = makeTile(m, n, (r, c) => at(b, r, c), { dtype, gap: 4 })
              await trsm(tri, x, { side, uplo, trans, unit, alpha: 2 })
              const read = triangle(tri, uplo, unit)
              const op = trans ? transposed(read) : read
              const back = side === 'left' ? product(op, x) : product(x, op)
              const wanted = makeTile(m, n, (r, c) => 2 * at(b, r, c))
              t.true(ratio(back, wanted, norm1(op) * norm1(x), dtype) < threshold)
              t.true(isPaddingIntact(x))
            }
          }
        }
      }
    }
  })

  test(`empty tiles are fine, ${dtype}`, async (t) => {
    const none = (rows: number, cols: number): Tile => makeTile(rows, cols, () => 0, { dtype })
    await gemm(none(0, 3), none(0, 2), none(2, 3))
    await gemm(none(3, 0), none(3, 2), none(2, 0))
    const c = makeTile(2, 2, (r, col) => r + col, { dtype })
    await gemm(c, none(2, 0), none(0, 2), { beta: 2 })
    t.deepEqual([...c.data], [0, 2, 2, 4])
    await syrk(none(0, 0), none(0, 5))
    await trsm(none(0, 0), none(0, 4))
    await trsm(none(0, 0), none(4, 0), { side: 'right' })
  })

  // A result may be computed in place or in a copy with another leading dimension: the bits must not tell.
  test(`leading dimension and offset do not change a bit, ${dtype}`, async (t) => {
    for (const n of [1, 5, 16, 33, 100, 257]) {
      const results = await Promise.all(
        [{}, { gap: 7 }, { gap: 1, offset: 1 }, { offset: 3 }, { gap: 1024 - n }].map(async (place) => {
          const options = { dtype, ...place }
          const factor = spdTile(n, 1, options)
          await potrf(factor)
          const solved = randomTile(n, n, 2, options)
          await trsm(factor, solved, { side: 'right', trans: true })
          const updated = spdTile(n, 3, options)
          await syrk(updated, solved, { alpha: -1 })
          await gemm(updated, solved, randomTile(n, n, 4, options), { transB: true })
          return [factor, solved, updated]
        }),
      )
      for (const tiles of results)
        t.true(
          tiles.every((tile, i) => sameBits(tile, results[0]?.[i] as Tile)),
          `n = ${n}`,
        )
    }
  })
}
