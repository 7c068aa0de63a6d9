import test from 'ava'
import fc from 'fast-check'
import { connect, type Numpywren } from '../../src/index.ts'
import { random } from '../kernels/helpers/tiles.ts'
import { elementsOf, storeMatrix } from './helpers/stored.ts'

type Rows = readonly (readonly number[])[]

let stores = 0
const connected = (): Promise<Numpywren> => connect({ store: `memory://lstsq-${stores++}`, slots: 2 })

/** m x n uniform numbers. */
function uniform(m: number, n: number, seed: number): Rows {
  const next = random(seed)
  return Array.from({ length: m }, () => Array.from({ length: n }, next))
}

const times = (a: Rows, b: Rows): number[][] =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)))
const flipped = (a: Rows): number[][] => a[0]!.map((_, j) => a.map((row) => row[j]!))
const largest = (a: Rows): number => Math.max(...a.flat().map(Math.abs))
const difference = (a: Rows, b: Rows): number[][] => a.map((row, i) => row.map((value, j) => value - b[i]![j]!))

/** inv(A) B by Gauss and Jordan with row exchanges, for small well-conditioned A. */
function solveSmall(a: Rows, b: Rows): number[][] {
  const n = a.length
  const rows = a.map((row, i) => [...row, ...b[i]!])
  for (let k = 0; k < n; k++) {
    const pivot = rows
      .slice(k)
      .reduce((best, row, i) => (Math.abs(row[k]!) > Math.abs(rows[best]![k]!) ? k + i : best), k)
    ;[rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!]
    for (const [i, row] of rows.entries()) {
      const factor = i === k ? 0 : row[k]! / rows[k]![k]!
      for (let j = k; j < row.length; j++) row[j] = row[j]! - factor * rows[k]![j]!
    }
  }
  return rows.map((row, k) => row.slice(n).map((value) => value / row[k]!))
}

/** pinv(F G) B for F (m x k) and G (k x n) of full rank k: G^T inv(G G^T) inv(F^T F) F^T B. */
function leastNorm(f: Rows, g: Rows, b: Rows): number[][] {
  const inner = solveSmall(times(flipped(f), f), times(flipped(f), b))
  return times(flipped(g), solveSmall(times(g, flipped(g)), inner))
}

interface Given {
  readonly tileA: readonly [number, number]
  readonly tileB: readonly [number, number]
  readonly dtype?: 'float64' | 'float32'
  readonly options?: object
}

async function fitted(a: Rows, b: Rows, { tileA, tileB, dtype = 'float64', options = {} }: Given) {
  const npw = await connected()
  await storeMatrix(npw, 'A', [a.length, a[0]!.length], (r, c) => a[r]![c]!, { tile: tileA, dtype })
  await storeMatrix(npw, 'B', [b.length, b[0]!.length], (r, c) => b[r]![c]!, { tile: tileB, dtype })
  const { X, S, report } = await npw.lstsq('A', 'B', { out: 'X', ...options })
  const { ratio } = await npw.verify('lstsq', { A: 'A', X, B: 'B' })
  return { npw, x: await elementsOf(X), layout: X.layout, S, ratio, ...report }
}

const extent = fc.integer({ min: 1, max: 40 })
const tile = fc.integer({ min: 8, max: 20 })

for (const dtype of ['float64', 'float32'] as const)
  test(`tall, square and wide, in any tiles, ${dtype}: full rank, least residual, least norm`, async (t) => {
    await fc.assert(
      fc.asyncProperty(
        extent,
        extent,
        fc.integer({ min: 1, max: 12 }),
        fc.tuple(tile, tile, tile, tile),
        async (m, n, r, tiles) => {
          const [p, q, u, v] = tiles
          const a = uniform(m, n, 1).map((row, i) => row.map((value, j) => value + (i === j ? 3 : 0)))
          const b = uniform(m, r, 2)
          const { x, ratio, facts, warnings, layout } = await fitted(a, b, { tileA: [p, q], tileB: [u, v], dtype })
          t.true(ratio <= 3, `${m} x ${n}: ratio ${ratio}`)
          t.deepEqual([layout.shape, layout.dtype], [[n, r], dtype])
          t.deepEqual([facts.rank, warnings], [Math.min(m, n), []])
          const wanted =
            m >= n
              ? solveSmall(times(flipped(a), a), times(flipped(a), b))
              : times(flipped(a), solveSmall(times(a, flipped(a)), b))
          const bound = dtype === 'float64' ? 1e-12 : 1e-4
          t.true(largest(difference(x, wanted)) <= bound * Math.max(1, largest(wanted)))
          const residual = difference(b, times(a, wanted))
          const squares = residual[0]!.map((_, j) => residual.reduce((sum, row) => sum + row[j]! ** 2, 0))
          const found = facts.residuals as readonly number[]
          t.is(found.length, m > n ? r : 0, 'as SciPy: only for full rank and more rows than columns')
          for (const [j, value] of found.entries()) t.true(Math.abs(value - squares[j]!) <= bound * (1 + squares[j]!))
        },
      ),
      { numRuns: 6 },
    )
  })

for (const [m, n] of [
  [40, 26],
  [26, 40],
  [30, 30],
] as const)
  test(`rank 7 of ${m} x ${n}: the rank is found, and of all solutions the one of least norm`, async (t) => {
    const [f, g] = [uniform(m, 7, 3), uniform(7, n, 4)]
    const b = uniform(m, 3, 5)
    const { x, ratio, facts, warnings } = await fitted(times(f, g), b, { tileA: [12, 12], tileB: [12, 3] })
    t.is(facts.rank, 7)
    t.deepEqual(facts.residuals, [])
    t.regex(
      warnings.join(),
      /has rank 7, less than \d+, to working precision: of the solutions, X is the one of least norm/,
    )
    t.true(ratio <= 3, `ratio ${ratio}`)
    const wanted = leastNorm(f, g, b)
    t.true(largest(difference(x, wanted)) <= 1e-9 * largest(wanted))
  })

test('a matrix of ones has rank 1, however it is cut: rounding errors of the factorization do not count', async (t) => {
  for (const [m, n, tile] of [
    [97, 33, [24, 16]],
    [40, 10, [40, 10]],
    [30, 20, [10, 10]],
  ] as const) {
    const ones = Array.from({ length: m }, () => new Array<number>(n).fill(1))
    const { x, facts } = await fitted(ones, uniform(m, 1, 7), { tileA: tile, tileB: [tile[0], 1] })
    t.is(facts.rank, 1)
    t.true(largest(x) < 1)
  }
})

test('rcond says what counts as zero, and singular values are given when asked for', async (t) => {
  const npw = await connected()
  await npw.generate('svd', 'A', { shape: [30, 12], tile: [10, 12], cond: 1e6, mode: 4 })
  await npw.generate('normal', 'B', { shape: [30, 1], tile: [10, 1] })
  // Mode 4: values in equal steps from 1 to 1e-6.
  for (const [rcond, rank] of [
    [undefined, 12],
    [0.05, 11],
    [0.5, 6],
  ] as const) {
    const { S, report } = await npw.lstsq('A', 'B', { out: 'X', s: 'S', overwrite: true, rcond })
    t.is(report.facts.rank, rank)
    const { data, shape } = await S!.read()
    t.deepEqual(shape, [12])
    t.true(Array.from(data).every((value, i) => Math.abs(Number(value) - (1 - (i / 11) * (1 - 1e-6))) < 1e-13))
  }
  await t.throwsAsync(async () => npw.lstsq('A', 'B', { out: 'Y', rcond: -1 }), {
    name: 'InputError',
    message: /rcond must be at least 0/,
  })
})

test('many rows raise what counts as zero, as in NumPy', async (t) => {
  const npw = await connected()
  await npw.generate('svd', 'A', { shape: [5000, 6], tile: [1250, 6], cond: 1e12 })
  await npw.generate('normal', 'B', { shape: [5000, 1], tile: [1250, 1] })
  t.is((await npw.lstsq('A', 'B', { out: 'X' })).report.facts.rank, 5)
  t.is((await npw.lstsq('A', 'B', { out: 'Y', rcond: 1e-13 })).report.facts.rank, 6)
})

test('zeros have rank 0 and the solution 0; a column and a row are least squares too', async (t) => {
  const zeros = (m: number, n: number): Rows => Array.from({ length: m }, () => new Array<number>(n).fill(0))
  for (const [m, n] of [
    [20, 7],
    [7, 20],
  ] as const) {
    const { x, facts } = await fitted(zeros(m, n), uniform(m, 2, 1), { tileA: [8, 8], tileB: [8, 2] })
    t.is(facts.rank, 0)
    t.is(largest(x), 0)
  }
  const column = await fitted([[3], [4]], [[5], [10]], { tileA: [1, 1], tileB: [2, 1] })
  t.true(Math.abs(column.x[0]![0]! - 55 / 25) < 1e-15)
  t.true(Math.abs((column.facts.residuals as number[])[0]! - (125 - 55 ** 2 / 25)) < 1e-13)
  const row = await fitted([[3, 4]], [[50]], { tileA: [1, 1], tileB: [1, 1] })
  t.true(largest(difference(row.x, [[6], [8]])) < 1e-13)
})

test('values near overflow and underflow keep their digits', async (t) => {
  const [a, b] = [uniform(30, 8, 1), uniform(30, 1, 2)]
  const plain = await fitted(a, b, { tileA: [10, 8], tileB: [10, 1] })
  for (const scale of [1e120, 1e-120]) {
    const scaled = a.map((row) => row.map((value) => value * scale))
    const { x, facts } = await fitted(scaled, b, { tileA: [10, 8], tileB: [10, 1] })
    t.is(facts.rank, 8)
    t.true(
      largest(
        difference(
          x.map((row) => row.map((value) => value * scale)),
          plain.x,
        ),
      ) <
        1e-13 * largest(plain.x),
    )
  }
})

test('matrices that do not fit are refused', async (t) => {
  await t.throwsAsync(fitted(uniform(5, 3, 1), uniform(4, 1, 1), { tileA: [5, 3], tileB: [4, 1] }), {
    name: 'InputError',
    message: /has 5 rows and .* has 4/,
  })
})
