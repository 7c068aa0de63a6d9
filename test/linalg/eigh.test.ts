import test from 'ava'
import { BigMatrix, connect, type Numpywren } from '../../src/index.ts'
import { openStore } from '../../src/storage/index.ts'

let stores = 0

async function connected(t: { teardown(fn: () => Promise<void>): void }): Promise<{ npw: Numpywren; url: string }> {
  const url = `memory://eigh-${stores++}`
  const npw = await connect({ store: url, slots: 2 })
  t.teardown(() => npw.close())
  return { npw, url }
}

async function stored(
  url: string,
  name: string,
  n: number,
  value: (r: number, c: number) => number,
  { tile = 16, dtype = 'float64' as 'float64' | 'float32' | 'int64' } = {},
): Promise<BigMatrix> {
  const matrix = await BigMatrix.create(openStore(url), name, { shape: [n, n], tile: [tile, tile], dtype })
  const data = dtype === 'float32' ? new Float32Array(n * n) : new Float64Array(n * n)
  for (let r = 0; r < n; r++) for (let c = 0; c < n; c++) data[r * n + c] = value(r, c)
  await matrix.write(data)
  return matrix
}

const numbers = async (matrix: BigMatrix): Promise<number[]> => [...(await matrix.read()).data].map(Number)

/** A symmetric function of two indices that looks random. */
const noise = (r: number, c: number): number => Math.sin(1 + 12.9898 * Math.min(r, c) + 78.233 * Math.max(r, c) ** 1.1)

/** Orders with tiles and bands: in one task, one tile, one row left over, panels that cross tiles, a band as wide as the matrix. */
const sizes: readonly { n: number; tile?: number; band?: number }[] = [
  { n: 1 },
  { n: 2 },
  { n: 70 },
  { n: 1, band: 4 },
  { n: 2, band: 1 },
  { n: 3, band: 1, tile: 2 },
  { n: 40, band: 8, tile: 64 },
  { n: 49, band: 8, tile: 16 },
  { n: 61, band: 5, tile: 16 },
  { n: 64, band: 16, tile: 8 },
  { n: 33, band: 40, tile: 10 },
]

for (const dtype of ['float64', 'float32'] as const) {
  test(`A = V diag(w) V^T for every order, tile and band, ${dtype}`, async (t) => {
    const { npw, url } = await connected(t)
    for (const [at, { n, tile, band }] of (dtype === 'float64' ? sizes : sizes.slice(6, 10)).entries()) {
      const A = await stored(url, `A${at}`, n, noise, { dtype })
      const options = { band, tile: tile === undefined ? undefined : ([tile, tile] as const), overwrite: true }
      const { W, V } = await npw.eigh(A, { values: 'w', vectors: 'V', ...options })
      t.deepEqual([W.layout.shape, V!.layout.shape, W.layout.dtype], [[n], [n, n], dtype])
      const verdict = await npw.verify('eigh', { A, W, V: V! })
      t.true(verdict.ratio < 10, `${n}: ${verdict.ratio}`)
      const w = await numbers(W)
      t.true(w.every((value, k) => k === 0 || value >= w[k - 1]!))
      const { W: values } = await npw.eigh(A, { values: 'values', ...options })
      t.true((await npw.verify('eigh', { A, W: values })).ratio < 10)
      const scale = Math.max(...w.map(Math.abs))
      const bar = (dtype === 'float64' ? 2 ** -52 : 2 ** -23) * 60 * n * scale
      for (const [k, value] of (await numbers(values)).entries()) t.true(Math.abs(value - w[k]!) <= bar)
    }
  })
}

/** Matrices that ask for care, as functions of the row and the column. */
const zoo: Readonly<Record<string, (n: number) => (r: number, c: number) => number>> = {
  zero: () => () => 0,
  identity: () => (r, c) => (r === c ? 1 : 0),
  'diagonal, not in order': () => (r, c) => (r === c ? (r * 7) % 11 : 0),
  'of rank one': () => (r, c) => (r + 1) * (c + 1),
  'near 1e150': () => (r, c) => 1e150 * noise(r, c),
  'near 1e-150': () => (r, c) => 1e-150 * noise(r, c),
  'near 1e300': () => (r, c) => 1e300 * noise(r, c),
  'near 1e-300': () => (r, c) => 1e-300 * noise(r, c),
  graded: () => (r, c) => 10 ** -(r + c) * noise(r, c),
  'of clustered values': () => (r, c) => (r === c ? 1 : 0) + 1e-13 * noise(r, c),
  'Wilkinson W+': (n) => (r, c) => (r === c ? Math.abs((n - 1) / 2 - r) : Math.abs(r - c) === 1 ? 1 : 0),
  Hilbert: () => (r, c) => 1 / (r + c + 1),
}

for (const [what, make] of Object.entries(zoo)) {
  test(`a matrix ${what}`, async (t) => {
    const { npw, url } = await connected(t)
    const n = 43
    const A = await stored(url, 'A', n, make(n))
    const { W, V } = await npw.eigh(A, { values: 'w', vectors: 'V', band: 6, tile: [12, 12] })
    const { ratio, threshold, passed } = await npw.verify('eigh', { A, W, V: V! })
    t.true(passed && ratio < 10 && threshold === 60, String(ratio))
    t.true((await npw.verify('eigh', { A, W })).ratio < 10)
  })
}

test('known eigenvalues come out to the last digits', async (t) => {
  const { npw, url } = await connected(t)
  const n = 60
  const A = await stored(url, 'A', n, (r, c) => (r === c ? 2 : Math.abs(r - c) === 1 ? -1 : 0))
  const { W } = await npw.eigh(A, { values: 'w', band: 7, tile: [16, 16] })
  for (const [k, value] of (await numbers(W)).entries()) {
    t.true(Math.abs(value - 4 * Math.sin(((k + 1) * Math.PI) / (2 * (n + 1))) ** 2) < 4e-15 * 4)
  }
})

test('whole numbers have float64 eigenvalues', async (t) => {
  const { npw, url } = await connected(t)
  const A = await stored(url, 'A', 25, (r, c) => (r * c) % 7, { dtype: 'int64' })
  const { W, V } = await npw.eigh(A, { values: 'w', vectors: 'V', band: 4, tile: [8, 8] })
  t.deepEqual([W.layout.dtype, V!.layout.dtype], ['float64', 'float64'])
  t.true((await npw.verify('eigh', { A, W, V: V! })).ratio < 10)
})

test('the same bits for every number of slots', async (t) => {
  const { npw, url } = await connected(t)
  const A = await stored(url, 'A', 90, noise)
  const results: number[][] = []
  for (const slots of [1, 2, 4]) {
    const options = { values: 'w', vectors: 'V', band: 8, tile: [16, 16], overwrite: true, slots } as const
    const { W, V } = await npw.eigh(A, options)
    results.push([...(await numbers(W)), ...(await numbers(V!))])
  }
  t.deepEqual(results[1], results[0])
  t.deepEqual(results[2], results[0])
})

test('a matrix that is not symmetric is refused, unless its lower half is what counts', async (t) => {
  const { npw, url } = await connected(t)
  const n = 30
  const whole = await stored(url, 'whole', n, noise)
  const half = await stored(url, 'half', n, (r, c) => (r >= c ? noise(r, c) : r + c))
  const lower = await stored(url, 'lower', n, (r, c) => (r >= c ? noise(r, c) : 0))
  for (const A of [half, lower]) {
    await t.throwsAsync(async () => npw.eigh(A, { values: 'w' }), {
      name: 'InputError',
      message: /is not symmetric; .*--assume symmetric/,
    })
  }
  const options = { band: 4, tile: [8, 8], overwrite: true } as const
  const { W } = await npw.eigh(whole, { values: 'w', ...options })
  const { W: ofHalf, V } = await npw.eigh(half, { values: 'h', vectors: 'V', assume: 'symmetric', ...options })
  t.true((await npw.verify('eigh', { A: half, W: ofHalf, V: V! }, { assume: 'symmetric' })).passed)
  t.false((await npw.verify('eigh', { A: half, W: ofHalf, V: V! })).passed)
  const other = await numbers(ofHalf)
  for (const [k, value] of (await numbers(W)).entries()) t.true(Math.abs(value - other[k]!) < 1e-13)
})

test('a shape, a tile or a result that does not fit is refused in one sentence', async (t) => {
  const { npw, url } = await connected(t)
  const A = await stored(url, 'A', 20, noise)
  await npw.generate('normal', 'B', { shape: [20, 12] })
  await t.throwsAsync(async () => npw.eigh('B', { values: 'w' }), { message: /square matrix/ })
  await t.throwsAsync(async () => npw.eigh(A, { values: 'w', tile: [8, 4] }), { message: /square tiles/ })
  const { W } = await npw.eigh(A, { values: 'w' })
  await t.throwsAsync(async () => npw.verify('eigh', { A, W, V: 'B' }), { message: /an eigenvector a column/ })
  await t.throwsAsync(async () => npw.verify('eigh', { A, W: 'B' }), { message: /a vector of 20 is wanted/ })
})

test('verify finds values and vectors that are wrong', async (t) => {
  const { npw, url } = await connected(t)
  const n = 40
  const A = await stored(url, 'A', n, noise)
  const { W, V } = await npw.eigh(A, { values: 'w', vectors: 'V' })
  const { data } = await W.read()
  await W.write(Float64Array.from(data, (value, k) => Number(value) + (k === 3 ? 1e-9 : 0)))
  t.false((await npw.verify('eigh', { A, W, V: V! })).passed)
  t.false((await npw.verify('eigh', { A, W })).passed)
  await W.write(Float64Array.from(data, Number).reverse())
  t.false((await npw.verify('eigh', { A, W })).passed)
})

test('a NaN is reported with its tile', async (t) => {
  const { npw, url } = await connected(t)
  for (const [name, n] of [
    ['small', 20],
    ['large', 40],
  ] as const) {
    const A = await stored(url, name, n, (r, c) => (r + c === 21 && Math.abs(r - c) === 3 ? Number.NaN : noise(r, c)))
    const options = name === 'large' ? ({ band: 6, tile: [16, 16] } as const) : {}
    await t.throwsAsync(async () => npw.eigh(A, { values: 'w', ...options }), { message: /NaN|not finite/i })
  }
})
