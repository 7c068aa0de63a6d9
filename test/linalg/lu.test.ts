import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { BigMatrix, connect, type Numpywren } from '../../src/index.ts'
import { openStore } from '../../src/storage/index.ts'

type Dtype = 'float64' | 'float32'
type Element = (r: number, c: number) => number

let stores = 0

interface Session {
  readonly npw: Numpywren
  /** Stores a matrix. */
  store(
    shape: readonly [number, number],
    tile: number | readonly [number, number],
    value: Element,
    dtype?: Dtype,
  ): Promise<BigMatrix>
}

async function connected(t: ExecutionContext): Promise<Session> {
  const url = `memory://lu-${stores++}`
  const npw = await connect({ store: url, slots: 2 })
  t.teardown(() => npw.close())
  let matrices = 0
  return {
    npw,
    async store([m, n], tile, value, dtype = 'float64') {
      const layout = { shape: [m, n], tile: typeof tile === 'number' ? [tile, tile] : tile, dtype }
      const matrix = await BigMatrix.create(openStore(url), `A${matrices++}`, layout)
      const data = dtype === 'float64' ? new Float64Array(m * n) : new Float32Array(m * n)
      for (let r = 0; r < m; r++) for (let c = 0; c < n; c++) data[r * n + c] = value(r, c)
      await matrix.write(data)
      return matrix
    },
  }
}

/** Looks random, in [-1, 1]. */
const noise: Element = (r, c) => Math.sin(1e4 * Math.sin(1 + 12.9898 * r + 78.233 * c))

interface Factors {
  readonly info: number
  readonly growth: number
  readonly largestMultiplier: number
  readonly warnings: readonly string[]
  readonly P: readonly number[]
  /** ||A[P] - L U||_1 / (n ||A||_1 eps), computed here. */
  readonly ratio: number
  /** max |L|; 1 with partial pivoting. */
  readonly largestOfL: number
}

const elements = async (matrix: BigMatrix): Promise<Float64Array> => Float64Array.from((await matrix.read()).data)

/** Factors A and judges the factors by their definition. */
async function factored(t: ExecutionContext, { npw }: Session, A: BigMatrix): Promise<Factors> {
  const [m = 0, n = 0] = A.layout.shape
  const p = Math.min(m, n)
  const { L, U, P, report } = await npw.lu(A, { out: `F${stores++}` })
  t.deepEqual([L.layout.shape, U.layout.shape, P.layout.shape, P.layout.dtype], [[m, p], [p, n], [m], 'int64'])
  const [a, l, u, order] = (await Promise.all([A, L, U, P].map(elements))) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  t.deepEqual(
    [...order].sort((x, y) => x - y),
    Array.from({ length: m }, (_, row) => row),
    'a permutation',
  )
  let [norm, error, largestOfL] = [0, 0, 0]
  for (let c = 0; c < n; c++) {
    let [column, residual] = [0, 0]
    for (let r = 0; r < m; r++) {
      let sum = a[order[r]! * n + c]!
      for (let k = 0; k <= Math.min(r, c, p - 1); k++) sum -= l[r * p + k]! * u[k * n + c]!
      column += Math.abs(a[r * n + c]!)
      residual += Math.abs(sum)
      if (r > c && r < p) t.is(u[r * n + c], 0)
      if (c < p) largestOfL = Math.max(largestOfL, Math.abs(l[r * p + c]!))
      if (c < p && r <= c) t.is(l[r * p + c], r === c ? 1 : 0)
    }
    norm = Math.max(norm, column)
    error = Math.max(error, residual)
  }
  const eps = A.layout.dtype === 'float32' ? 2 ** -24 : 2 ** -53
  const { info, growth, largestMultiplier } = report.facts as Pick<Factors, 'info' | 'growth' | 'largestMultiplier'>
  t.is(largestMultiplier, largestOfL)
  return {
    info,
    growth,
    largestMultiplier,
    warnings: report.warnings,
    P: [...order],
    ratio: error === 0 ? 0 : error / (n * eps) / norm,
    largestOfL,
  }
}

for (const dtype of ['float64', 'float32'] as const) {
  test(`A[P] = L U for every shape and tile, ${dtype}`, async (t) => {
    const session = await connected(t)
    const extent = fc.integer({ min: 1, max: 40 })
    const examples: [number, number, number][] = [
      [1, 1, 1],
      [33, 5, 5],
      [5, 33, 5],
      [40, 7, 2],
      [40, 1, 4],
      [1, 40, 4],
      [37, 37, 64],
    ]
    await fc.assert(
      fc.asyncProperty(extent, extent, fc.integer({ min: 4, max: 12 }), async (m, n, tile) => {
        const { ratio, info } = await factored(t, session, await session.store([m, n], tile, noise, dtype))
        t.is(info, 0)
        t.true(ratio < 3, `${m} x ${n} in tiles of ${tile}: ${ratio}`)
      }),
      dtype === 'float64' ? { numRuns: examples.length + 5, examples } : { numRuns: 3 },
    )
  })
}

test('several rounds of a tournament, tall and wide, with L of elements not much above 1', async (t) => {
  const session = await connected(t)
  for (const shape of [
    [68, 20],
    [150, 9],
    [9, 150],
  ] as const) {
    const { ratio, largestOfL } = await factored(t, session, await session.store(shape, 4, noise))
    t.true(ratio < 1, `${shape}: ${ratio}`)
    t.true(largestOfL < 4, `${shape}: ${largestOfL}`)
  }
})

test('up to four tiles high it is partial pivoting itself', async (t) => {
  const session = await connected(t)
  const { largestOfL } = await factored(t, session, await session.store([32, 32], 8, noise))
  t.is(largestOfL, 1)
})

test('tiles that are not square are read as square ones', async (t) => {
  const session = await connected(t)
  const tiles = [
    [7, 20],
    [40, 3],
    [40, 30],
    [10, 30],
  ] as const
  for (const tile of tiles) {
    const { ratio } = await factored(t, session, await session.store([40, 30], tile, noise))
    t.true(ratio < 3, `${tile}: ${ratio}`)
  }
})

const n = 40
const half = n / 2
/** rank(r, c) is an element of a matrix of that rank. */
const ofRank =
  (rank: number): Element =>
  (r, c) => {
    let sum = 0
    for (let k = 0; k < rank; k++) sum += noise(r, k) * noise(k + 99, c)
    return sum
  }
const leading =
  (scale: number): Element =>
  (r, c) =>
    (r < half && c < half ? scale : 1) * noise(r, c)

/** Kinds on which pivoting is put to the test, and the first zero pivot that they must have. */
const kinds: Readonly<Record<string, { readonly value: Element; readonly info?: number; readonly bound?: number }>> = {
  'a leading block of zeros': { value: leading(0), info: 0 },
  'a leading block of 1e-4': { value: leading(1e-4), info: 0 },
  'a leading block of 1e-8': { value: leading(1e-8), info: 0 },
  'a leading block of 1e-12': { value: leading(1e-12), info: 0 },
  'all zeros': { value: () => 0, info: 1, bound: 0 },
  identity: { value: (r, c) => (r === c ? 1 : 0), info: 0, bound: 0 },
  permutation: { value: (r, c) => ((7 * r + 3) % n === c ? 1 : 0), info: 0, bound: 0 },
  'a column of zeros': { value: (r, c) => (c === 17 ? 0 : noise(r, c)), info: 18 },
  'a row of zeros': { value: (r, c) => (r === 17 ? 0 : noise(r, c)), info: n },
  'equal columns in one panel': { value: (r, c) => noise(r, c >> 1) },
  'duplicate rows': { value: (r, c) => Math.round(8 * noise(r >> 1, c)) },
  'rank 5': { value: ofRank(5) },
  'rank 25': { value: ofRank(25) },
  'rank 25 and noise': { value: (r, c) => ofRank(25)(r, c) + 1e-13 * noise(c, r) },
  integer: { value: (r, c) => Math.round(9 * noise(r, c)), info: 0 },
  'signs alone': { value: (r, c) => Math.sign(noise(r, c)) },
  '1e150': { value: (r, c) => 1e150 * noise(r, c), info: 0 },
  '1e-150': { value: (r, c) => 1e-150 * noise(r, c), info: 0 },
  'graded rows': { value: (r, c) => 10 ** (-r / 4) * noise(r, c), info: 0 },
  'graded columns': { value: (r, c) => 10 ** (-c / 4) * noise(r, c), info: 0 },
  hilbert: { value: (r, c) => 1 / (r + c + 1), info: 0 },
  'upper triangular': { value: (r, c) => (r <= c ? noise(r, c) : 0), info: 0 },
  tridiagonal: { value: (r, c) => (Math.abs(r - c) === 1 ? 1 : 0), info: 0, bound: 0 },
}

for (const [kind, { value, info, bound = 1 }] of Object.entries(kinds)) {
  test(`${kind}: a small residual, L near 1, and the first zero pivot`, async (t) => {
    const session = await connected(t)
    const found = await factored(t, session, await session.store([n, n], 8, value))
    t.true(found.ratio <= bound, `${found.ratio}`)
    t.true(found.largestOfL < 8, `${found.largestOfL}`)
    if (info !== undefined) t.is(found.info, info)
    const zeroPivot = `(${found.info}, ${found.info})`
    t.is(
      found.warnings.some((warning) => warning.includes(zeroPivot)),
      found.info > 0,
    )
  })
}

/** Numerical rank far below the columns of a panel: most pivots are rounding errors, chosen by sums in another order than L's. */
const lotkin: Element = (r, c) => (r === 0 ? 1 : 1 / (r + c + 1))
const lowRank: readonly [string, Element, readonly [number, number], number][] = [
  ['lotkin', lotkin, [369, 168], 48],
  ['lotkin', lotkin, [600, 600], 200],
  ['lotkin', lotkin, [1000, 300], 256],
  ['lotkin', lotkin, [3000, 120], 120],
  ['hilbert', (r, c) => 1 / (r + c + 1), [3000, 120], 120],
  ['cauchy', (r, c) => 1 / (r + c + 2), [600, 600], 64],
  ['equal columns', (r, c) => noise(r, c >> 1), [300, 300], 32],
  ['equal columns in the first panel alone', (r, c) => noise(r, c < 64 ? c >> 2 : c), [1500, 200], 64],
  ['rank 40', ofRank(40), [600, 300], 64],
  ['rank 5 and noise', (r, c) => ofRank(5)(r, c) + 1e-15 * noise(c, r), [600, 100], 48],
]

test('what rounding errors leave of panels of low rank stays a small part of the residual', async (t) => {
  const session = await connected(t)
  for (const [kind, value, shape, tile] of lowRank) {
    const A = await session.store(shape, tile, value)
    const { L, U, P, report } = await session.npw.lu(A, { out: `F${stores++}` })
    const { ratio } = await session.npw.verify('lu', { A, L, U, P })
    t.true(ratio < 0.3, `${kind}, ${shape} in tiles of ${tile}: ${ratio}`)
    const largestOfL = report.facts.largestMultiplier as number
    t.true(largestOfL < 100, `${kind}, ${shape} in tiles of ${tile}: ${largestOfL}`)
  }
})

test('the Laplacian of a cube, a matrix of few nonzeros that needs no exchange', async (t) => {
  const session = await connected(t)
  const side = 5
  const place = (k: number): number[] => [k % side, Math.floor(k / side) % side, Math.floor(k / side ** 2)]
  const value: Element = (r, c) => {
    const distance = place(r).reduce((sum, x, axis) => sum + Math.abs(x - place(c)[axis]!), 0)
    return distance === 0 ? 6 : distance === 1 ? -1 : 0
  }
  const { ratio, growth } = await factored(t, session, await session.store([side ** 3, side ** 3], 16, value))
  t.true(ratio < 1)
  t.is(growth, 1)
})

test('growth is max |U| / max |A|, and an alarming one is told', async (t) => {
  const session = await connected(t)
  // Wilkinson's matrix: every step doubles the last column.
  const wilkinson: Element = (r, c) => (r === c || c === n - 1 ? 1 : r > c ? -1 : 0)
  const { growth, warnings } = await factored(t, session, await session.store([n, n], 16, wilkinson))
  t.is(growth, 2 ** (n - 1))
  t.regex(warnings.join(), /grew by a factor of 5.50e\+11/)
  const tame = await factored(t, session, await session.store([n, n], 16, (r, c) => 3 * noise(r, c)))
  t.true(tame.growth > 0.5 && tame.growth < n)
  t.deepEqual(tame.warnings, [])
})

test('the same bits whatever the slots, and from a matrix cut otherwise into the same squares', async (t) => {
  const session = await connected(t)
  const A = await session.store([70, 70], 16, noise)
  const bits = async (slots: number): Promise<string> => {
    const { L, U, P } = await session.npw.lu(A, { out: `F${stores++}`, slots })
    return JSON.stringify(await Promise.all([L, U, P].map(async (matrix) => [...(await elements(matrix))])))
  }
  t.is(await bits(1), await bits(3))
})

test('verify lu agrees with the definition, and sees wrong factors', async (t) => {
  const session = await connected(t)
  const { npw } = session
  const A = await session.store([50, 40], 16, noise)
  const { ratio } = await factored(t, session, A)
  const { L, U, P } = await npw.lu(A, { out: `F${stores++}` })
  const verdict = await npw.verify('lu', { A, L, U, P })
  t.true(verdict.passed)
  t.true(verdict.ratio < 4 * ratio && verdict.ratio > ratio / 4, `${verdict.ratio} and ${ratio}`)
  t.false(
    (await npw.verify('lu', { A: await session.store([50, 40], 16, (r, c) => noise(r, c) + 1e-9), L, U, P })).passed,
  )
  const order = await elements(P)
  ;[order[0], order[1]] = [order[1]!, order[0]!]
  await P.write(order)
  t.false((await npw.verify('lu', { A, L, U, P })).passed, 'two rows exchanged')
  order[0] = order[1]!
  await P.write(order)
  t.is((await npw.verify('lu', { A, L, U, P })).ratio, Number.POSITIVE_INFINITY, 'no permutation')
  await t.throwsAsync(npw.verify('lu', { A: L, L: U, U: A, P }), { message: /is wanted/ })
})
