import test from 'ava'
import {
  copyInto,
  fill,
  geadd,
  hadamard,
  rbf,
  rowSumsq,
  scale,
  shiftDiagonal,
  symmetrizeLower,
  transposeInto,
} from '../../src/kernels/index.ts'
import { at, dtypes, isPaddingIntact, makeTile, randomTile, ratio, sameBits, transposed } from './helpers/tiles.ts'

const shapes = [
  [0, 3],
  [1, 1],
  [33, 31],
  [100, 7],
] as const

for (const dtype of dtypes) {
  test(`copies are exact, transposed or not, ${dtype}`, async (t) => {
    for (const [m, n] of shapes) {
      const source = makeTile(m, n, (r, c) => [-0, Number.NaN, Infinity, 5e-324, 1.5][(r + c) % 5] as number, {
        dtype,
        gap: 2,
      })
      const copy = randomTile(m, n, 1, { dtype, gap: 1 })
      await copyInto(copy, source)
      t.true(sameBits(copy, source))
      const turned = randomTile(n, m, 1, { dtype, gap: 3 })
      await transposeInto(turned, source)
      t.true(sameBits(turned, transposed(source)))
      t.true(isPaddingIntact(copy) && isPaddingIntact(turned))
    }
  })

  test(`geadd is beta C + alpha op(A), ${dtype}`, async (t) => {
    for (const [m, n] of shapes) {
      for (const trans of [false, true]) {
        for (const [alpha, beta] of [
          [1, 1],
          [-2, 0],
          [1, 0],
          [0.5, 3],
        ] as const) {
          const a = randomTile(trans ? n : m, trans ? m : n, 2, { dtype })
          const c = makeTile(m, n, (r, col) => (beta === 0 ? Number.NaN : r - col), { dtype, gap: 2 })
          const wanted = makeTile(m, n, (r, col) => {
            const x = trans ? at(a, col, r) : at(a, r, col)
            return alpha * x + (beta === 0 ? 0 : beta * (r - col))
          })
          await geadd(c, a, { alpha, beta, trans })
          t.true(ratio(c, wanted, m + n + 1, dtype) < 1)
          t.true(isPaddingIntact(c))
        }
      }
    }
  })

  test(`hadamard, scale, fill, shiftDiagonal and symmetrizeLower, ${dtype}`, async (t) => {
    const a = makeTile(3, 4, (r, c) => r * 4 + c, { dtype, gap: 1 })
    await hadamard(
      a,
      makeTile(3, 4, (r) => r, { dtype }),
    )
    t.is(at(a, 2, 3), 22)
    await scale(a, -0.5)
    t.is(at(a, 2, 3), -11)
    await shiftDiagonal(a, 100)
    t.is(at(a, 2, 2), 90)
    t.is(at(a, 2, 3), -11)
    t.true(isPaddingIntact(a))
    const poisoned = makeTile(1, 1, () => Number.NaN, { dtype })
    await scale(poisoned, 0)
    t.true(Number.isNaN(at(poisoned, 0, 0)))
    const square = makeTile(70, 70, (r, c) => (r >= c ? r + c / 128 : Number.NaN), { dtype, gap: 2 })
    await symmetrizeLower(square)
    t.true(sameBits(square, transposed(square)))
    t.is(at(square, 3, 64), 64 + 3 / 128)
    await fill(square, 2)
    t.true(at(square, 69, 69) === 2 && isPaddingIntact(square))
  })

  test(`rbf and rowSumsq give the Gaussian kernel, ${dtype}`, async (t) => {
    const x = randomTile(9, 5, 1, { dtype })
    const y = makeTile(4, 5, (r, c) => (r === 0 ? at(x, 3, c) : r * c), { dtype })
    const xx = makeTile(9, 1, () => 0, { dtype })
    const yy = makeTile(4, 1, () => 0, { dtype })
    await rowSumsq(x, xx)
    await rowSumsq(y, yy)
    const dot = (i: number, j: number): number => {
      let sum = 0
      for (let k = 0; k < 5; k++) sum += at(x, i, k) * at(y, j, k)
      return sum
    }
    const g = makeTile(9, 4, dot, { dtype, gap: 2 })
    await rbf(g, xx, yy, 0.05)
    for (let i = 0; i < 9; i++) {
      for (let j = 0; j < 4; j++) {
        let distance = 0
        for (let k = 0; k < 5; k++) distance += (at(x, i, k) - at(y, j, k)) ** 2
        t.true(Math.abs(at(g, i, j) - Math.exp(-0.05 * distance)) < (dtype === 'float64' ? 1e-14 : 1e-5))
      }
    }
    t.true(at(g, 3, 0) <= 1, 'a distance that rounds below zero counts as zero')
    t.true(isPaddingIntact(g))
  })
}
