import test from 'ava'
import fc from 'fast-check'
import { KernelArgumentError, kernelRegistry, type Tile } from '../../src/kernels/index.ts'
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

/** An upper band of that width in LAPACK's storage, and as a whole. */
function band(n: number, width: number, seed: number, dtype: (typeof dtypes)[number]): { ab: Tile; whole: Tile } {
  const random = randomTile(width + 1, n, seed, { dtype })
  const ab = makeTile(width + 1, n, (r, c) => (c + r - width >= 0 ? at(random, r, c) : 0), { dtype, gap: 1 })
  const whole = makeTile(n, n, (r, c) => (c >= r && c - r <= width ? at(ab, width + r - c, c) : 0), { dtype })
  return { ab, whole }
}

/** The bidiagonal matrix that `gb2bd` gives. */
function bidiagonal(d: Tile): Tile {
  return makeTile(d.rows, d.rows, (r, c) => (r === c ? at(d, r, 0) : c === r + 1 ? at(d, c, 1) : 0))
}

for (const dtype of dtypes) {
  test(`gb2bd: an upper band is U2 Bd V2^T, whatever the number of threads, ${dtype}`, async (t) => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 0, max: 20 }), fc.integer())
    await fc.assert(
      fc.asyncProperty(sizes, async ([n, width, seed]) => {
        const { ab, whole } = band(n, width, seed, dtype)
        const [d, left, right] = (await runKernel('gb2bd_vectors', [ab])) as [Tile, Tile, Tile]
        const eye = identity(n, dtype)
        const [u] = (await runKernel('band_reflect', [eye, left], { width: Math.max(1, width) })) as [Tile]
        const [v] = (await runKernel('band_reflect', [eye, right], { width: Math.max(1, width) })) as [Tile]
        t.true(isOrthonormal(u, dtype) && isOrthonormal(v, dtype))
        const back = product(product(u, bidiagonal(d)), transposed(v))
        const found = ratio(back, whole, Math.max(norm1(whole), Number.MIN_VALUE), dtype)
        t.true(found < 30, `n = ${n}, width ${width}: ${found}`)
        for (const threads of [1, 3]) t.true(sameBits((await runKernel('gb2bd', [ab], { threads }))[0]!, d))
      }),
      { numRuns: 25 },
    )
  })

  test(`bdsqr and bdsdc: singular values and vectors of a bidiagonal, ${dtype}`, async (t) => {
    for (const n of [1, 2, 30, 90]) {
      const random = randomTile(n, 2, n, { dtype })
      const d = makeTile(n, 2, (r, c) => (r === 0 && c === 1 ? 0 : at(random, r, c)), { dtype })
      const [s, u, v] = (await runKernel('bdsdc', [d])) as [Tile, Tile, Tile]
      t.true(isOrthonormal(u, dtype) && isOrthonormal(v, dtype))
      t.true(ratio(composed(u, s, v), bidiagonal(d), norm1(bidiagonal(d)), dtype) < 30)
      const [values] = (await runKernel('bdsqr', [d])) as [Tile]
      t.true(ratio(values, s, at(s, 0, 0), dtype) < 30)
      for (let i = 1; i < n; i++) t.true(at(s, i, 0) <= at(s, i - 1, 0) && at(s, i, 0) >= 0)
    }
  })

  test(`gesdd: thin, full and values only, tall and wide, ${dtype}`, async (t) => {
    for (const [m, n] of [
      [1, 1],
      [1, 4],
      [5, 1],
      [40, 17],
      [12, 33],
      [25, 25],
    ] as const) {
      const a = randomTile(m, n, m + n, { dtype, gap: 2 })
      const [values] = (await runKernel('gesdd_values', [a])) as [Tile]
      for (const full of [0, 1]) {
        const [s, u, vt] = (await runKernel('gesdd', [a], { full })) as [Tile, Tile, Tile]
        t.true(isOrthonormal(u, dtype) && isOrthonormal(transposed(vt), dtype))
        t.true(ratio(composed(u, s, transposed(vt)), a, norm1(a), dtype) < 30)
        t.true(ratio(values, s, at(s, 0, 0), dtype) < 30)
      }
    }
  })

  test(`panel_qr: explicit V, zeros above, also where few rows are left, ${dtype}`, async (t) => {
    for (const [m, b, row] of [
      [30, 6, 0],
      [30, 6, 11],
      [9, 6, 5],
      [4, 4, 4],
      [3, 5, 0],
    ] as const) {
      const g = randomTile(m, b, m, { dtype, gap: 1 })
      const [v, factor, r] = (await runKernel('panel_qr', [g], { row })) as [Tile, Tile, Tile]
      // Q^T G = G - V T^T V^T G: R below `row`.
      const zeroed = makeTile(m, b, (i, j) => (i < row ? 0 : at(g, i, j)))
      const update = product(v, product(transposed(factor), product(transposed(v), zeroed)))
      const left = makeTile(m, b, (i, j) => at(zeroed, i, j) - at(update, i, j))
      const wanted = makeTile(m, b, (i, j) => (i >= row && i - row < b ? at(r, i - row, j) : 0))
      t.true(ratio(left, wanted, norm1(g), dtype) < 30, `${m} ${b} ${row}`)
      const q = product(v, product(factor, transposed(v)))
      const whole = makeTile(m, m, (i, j) => (i === j ? 1 : 0) - at(q, i, j))
      t.true(isOrthonormal(whole, dtype))
      for (let c = 0; c < b; c++) for (let i = 0; i < Math.min(m, row + c); i++) t.is(at(v, i, c), 0)
      for (let c = 0; c < b; c++) for (let i = c + 1; i < b; i++) t.is(at(r, i, c), 0)
    }
  })
}

test('numbers near both ends of the range keep their singular values', async (t) => {
  for (const scale of [1e-300, 1e-150, 1e150, 1e300]) {
    const { ab } = band(40, 6, 3, 'float64')
    const scaled = makeTile(7, 40, (r, c) => at(ab, r, c) * scale)
    const [plain] = await runKernel('bdsqr', await runKernel('gb2bd', [ab]))
    const [found] = await runKernel('bdsqr', await runKernel('gb2bd', [scaled]))
    for (let i = 0; i < 40; i++) {
      const wanted = at(plain!, i, 0) * scale
      t.true(Math.abs(at(found!, i, 0) - wanted) <= 1e-13 * at(plain!, 0, 0) * scale, `${scale}: ${i}`)
    }
  }
})

test('a zero band has zero singular values and orthonormal vectors', async (t) => {
  const ab = makeTile(4, 12, () => 0)
  const [d, left] = (await runKernel('gb2bd_vectors', [ab])) as [Tile, Tile]
  const [s, u] = (await runKernel('bdsdc', [d])) as [Tile, Tile]
  for (let i = 0; i < 12; i++) t.is(at(s, i, 0), 0)
  const [back] = (await runKernel('band_reflect', [u, left], { width: 3 })) as [Tile]
  t.true(isOrthonormal(back, 'float64'))
})

test('operands that do not fit are refused before anything runs', (t) => {
  const e = (rows: number, cols: number): { rows: number; cols: number } => ({ rows, cols })
  const cases: [string, { rows: number; cols: number }[], Record<string, number>, RegExp][] = [
    ['panel_qr', [e(4, 2)], { row: 5 }, /row is 5; G has 4 rows/],
    ['bdsqr', [e(4, 3)], {}, /D is 4x3; 4x2 is wanted/],
    ['band_reflect', [e(4, 3), e(3, 3)], {}, /P is 3x3; 4x4/],
    ['band_reflect', [e(4, 3), e(4, 4)], { width: 0 }, /width is 0/],
    ['gesdd', [e(4, 3)], { full: 2 }, /full is 2; 0 or 1/],
  ]
  for (const [name, operands, keywords, message] of cases) {
    t.throws(() => kernelRegistry.get(name)!.shape(operands, { positional: [], keywords }), {
      instanceOf: KernelArgumentError,
      message,
    })
  }
})
