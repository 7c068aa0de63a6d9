import test from 'ava'
import fc from 'fast-check'
import { type Dtype, KernelArgumentError, kernelRegistry, type Tile } from '../../src/kernels/index.ts'
import {
  at,
  composed,
  dtypes,
  identity,
  isOrthonormal,
  makeTile,
  norm1,
  product,
  randomTile,
  ratio,
  runKernel,
  sameBits,
  transposed,
} from './helpers/tiles.ts'

/** A random symmetric band in LAPACK's storage of the lower half, and as a whole. */
function band(n: number, width: number, seed: number, dtype: Dtype): { lower: Tile; whole: Tile } {
  const random = randomTile(width + 1, n, seed, { dtype })
  const lower = makeTile(width + 1, n, (r, c) => (c + r < n ? at(random, r, c) : 0), { dtype, gap: 1 })
  const element = (r: number, c: number): number => (r - c <= width ? at(lower, r - c, c) : 0)
  const whole = makeTile(n, n, (r, c) => element(Math.max(r, c), Math.min(r, c)), { dtype })
  return { lower, whole }
}

/** The tridiagonal matrix that `sb2st` gives. */
const tridiagonal = (d: Tile): Tile =>
  makeTile(d.rows, d.rows, (r, c) => (r === c ? at(d, r, 0) : Math.abs(r - c) === 1 ? at(d, Math.min(r, c), 1) : 0))

for (const dtype of dtypes) {
  test(`sb2st: a symmetric band is Q T Q^T, whatever the number of threads, ${dtype}`, async (t) => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 0, max: 40 }), fc.integer())
    await fc.assert(
      fc.asyncProperty(sizes, async ([n, width, seed]) => {
        const { lower, whole } = band(n, width, seed, dtype)
        const [d, h] = (await runKernel('sb2st_vectors', [lower])) as [Tile, Tile]
        const [q] = (await runKernel('band_reflect', [identity(n, dtype), h], { width: Math.max(1, width) })) as [Tile]
        t.true(isOrthonormal(q, dtype))
        const back = product(product(q, tridiagonal(d)), transposed(q))
        const found = ratio(back, whole, Math.max(norm1(whole), Number.MIN_VALUE), dtype)
        t.true(found < 30, `n = ${n}, width ${width}: ${found}`)
        for (const threads of [1, 3]) t.true(sameBits((await runKernel('sb2st', [lower], { threads }))[0]!, d))
      }),
      { numRuns: 30 },
    )
  })

  test(`sterf and stedc: eigenvalues and vectors of a tridiagonal, ${dtype}`, async (t) => {
    for (const n of [1, 2, 30, 90]) {
      const random = randomTile(n, 2, n, { dtype })
      const d = makeTile(n, 2, (r, c) => (r === n - 1 && c === 1 ? 0 : at(random, r, c)), { dtype })
      const [w, z] = (await runKernel('stedc', [d])) as [Tile, Tile]
      t.true(isOrthonormal(z, dtype))
      t.true(ratio(composed(z, w, z), tridiagonal(d), norm1(tridiagonal(d)), dtype) < 60)
      const [values] = (await runKernel('sterf', [d])) as [Tile]
      t.true(ratio(values, w, norm1(tridiagonal(d)), dtype) < 60)
      for (let i = 1; i < n; i++) t.true(at(values, i, 0) >= at(values, i - 1, 0))
    }
  })

  test(`syevd: the lower half of a tile, NaN above it, ${dtype}`, async (t) => {
    for (const n of [1, 2, 17, 60]) {
      const random = randomTile(n, n, n, { dtype })
      const element = (r: number, c: number): number => at(random, Math.max(r, c), Math.min(r, c))
      const whole = makeTile(n, n, element, { dtype })
      const half = makeTile(n, n, (r, c) => (r >= c ? element(r, c) : Number.NaN), { dtype, gap: 2 })
      const [w, v] = (await runKernel('syevd', [half])) as [Tile, Tile]
      t.true(isOrthonormal(v, dtype))
      t.true(ratio(composed(v, w, v), whole, norm1(whole), dtype) < 60)
      t.true(ratio((await runKernel('syevd_values', [half]))[0]!, w, norm1(whole), dtype) < 60)
    }
  })

  test(`sy2sb_multiply and sy2sb_update: the part of a tile from (row, col) on, ${dtype}`, async (t) => {
    const sizes = fc.record({
      m: fc.integer({ min: 1, max: 12 }),
      n: fc.integer({ min: 1, max: 12 }),
      k: fc.integer({ min: 1, max: 5 }),
      row: fc.nat(11),
      col: fc.nat(11),
      form: fc.constantFrom('plain', 'transposed', 'symmetric'),
      seed: fc.integer(),
    })
    await fc.assert(
      fc.asyncProperty(sizes, async (size) => {
        const isSymmetric = size.form === 'symmetric'
        const isTransposed = size.form === 'transposed'
        const [m, n] = isSymmetric ? [size.m, size.m] : [size.m, size.n]
        const row = size.row % m
        const col = isSymmetric ? row : size.col % n
        const a = randomTile(m, n, size.seed, { dtype })
        const part = makeTile(m, n, (r, c) => {
          if (r < row || c < col) return 0
          return isSymmetric ? at(a, Math.max(r, c), Math.min(r, c)) : at(a, r, c)
        })
        const used = isTransposed ? transposed(part) : part
        const v = randomTile(used.cols, size.k, size.seed + 1, { dtype })
        const keywords = { row, col, trans: isTransposed ? 1 : 0, symmetric: isSymmetric ? 1 : 0 }
        const [y] = (await runKernel('sy2sb_multiply', [a, v], keywords)) as [Tile]
        const scale = Math.max(1, norm1(part) * norm1(v))
        t.true(ratio(y, product(used, v), scale, dtype) < 30)
        const [sum] = (await runKernel('sy2sb_multiply', [y, a, v], keywords)) as [Tile]
        const twice = makeTile(y.rows, y.cols, (r, c) => 2 * at(y, r, c))
        t.true(ratio(sum, twice, scale, dtype) < 30)

        const [vi, wi] = [2, 3].map((k) => randomTile(m, size.k, size.seed + k, { dtype })) as [Tile, Tile]
        const [vj, wj] = isSymmetric ? [vi, wi] : [4, 5].map((k) => randomTile(n, size.k, size.seed + k, { dtype }))
        const change = product(vi, transposed(wj!))
        const mirrored = product(wi, transposed(vj!))
        const wanted = makeTile(m, n, (r, c) => {
          const isIn = r >= row && c >= col && (!isSymmetric || r >= c)
          return at(a, r, c) - (isIn ? at(change, r, c) + at(mirrored, r, c) : 0)
        })
        const form = { row, col, symmetric: isSymmetric ? 1 : 0 }
        const [b] = (await runKernel('sy2sb_update', [a, vi, wi, vj!, wj!], form)) as [Tile]
        t.true(ratio(b, wanted, Math.max(1, norm1(wanted)), dtype) < 30)
      }),
      { numRuns: 60 },
    )
  })

  test(`panel_apply takes the Q of panel_qr, ${dtype}`, async (t) => {
    const g = randomTile(20, 4, 3, { dtype })
    const [v, factor] = (await runKernel('panel_qr', [g], { row: 5 })) as [Tile, Tile, Tile]
    const [q] = (await runKernel('panel_apply', [identity(20, dtype), v, factor], { row: 5 })) as [Tile]
    t.true(isOrthonormal(q, dtype))
    const [back] = (await runKernel('panel_apply', [q, v, factor], { row: 5, trans: 1 })) as [Tile]
    t.true(ratio(back, identity(20, dtype), 1, dtype) < 30)
    for (let c = 0; c < 20; c++) for (let r = 0; r < 5; r++) t.is(at(q, r, c), r === c ? 1 : 0)
  })

  test(`rescale multiplies by a power of two and takes it back, ${dtype}`, async (t) => {
    const [small, large] = dtype === 'float64' ? [1e-200, 1e200] : [1e-30, 1e30]
    for (const [magnitude, isScaled] of [
      [1, false],
      [0, false],
      [Number.NaN, false],
      [small, true],
      [large, true],
    ] as const) {
      const a = makeTile(3, 2, (r, c) => (r + 1) * (c + 1) * (magnitude || 1), { dtype })
      const m = makeTile(1, 1, () => magnitude, { dtype })
      const [b] = (await runKernel('rescale', [a, m])) as [Tile]
      t.is(sameBits(a, b), !isScaled)
      if (isScaled) t.true(at(b, 0, 0) >= 0.5 && at(b, 0, 0) < 2, String(at(b, 0, 0)))
      t.true(sameBits((await runKernel('rescale', [b, m], { inverse: 1 }))[0]!, a))
    }
  })
}

test('operands that do not fit are refused by name', (t) => {
  const tile = (rows: number, cols: number): Tile => makeTile(rows, cols, () => 0)
  for (const [name, operands, keywords, argument] of [
    ['sterf', [tile(4, 3)], {}, 'D'],
    ['syevd', [tile(4, 3)], {}, 'A'],
    ['sy2sb_multiply', [tile(4, 4), tile(4, 2)], { row: 4 }, 'row'],
    ['sy2sb_multiply', [tile(4, 4), tile(4, 2)], { row: 1, symmetric: 1 }, 'symmetric'],
    ['sy2sb_multiply', [tile(4, 3), tile(4, 2)], {}, 'V'],
    ['sy2sb_update', [tile(4, 3), tile(4, 2), tile(4, 2), tile(3, 2), tile(4, 2)], {}, 'Wj'],
    ['band_columns', [tile(3, 9), tile(9, 2)], { col: 9 }, 'col'],
    ['band_columns', [tile(3, 9), tile(8, 2)], {}, 'G'],
    ['panel_apply', [tile(9, 5), tile(8, 2), tile(2, 2)], {}, 'V'],
    ['rescale', [tile(9, 5), tile(2, 1)], {}, 'M'],
    ['sb2st', [tile(3, 9)], { thread: 2 }, 'thread'],
  ] as const) {
    const error = t.throws(() => kernelRegistry.get(name)!.shape(operands, { positional: [], keywords }), {
      instanceOf: KernelArgumentError,
    })
    t.is(error?.argument, argument)
  }
})
