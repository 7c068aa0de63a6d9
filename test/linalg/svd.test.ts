import test from 'ava'
import { BigMatrix, connect, type Numpywren } from '../../src/index.ts'
import { openStore } from '../../src/storage/index.ts'

let stores = 0

async function connected(t: { teardown(fn: () => Promise<void>): void }): Promise<{ npw: Numpywren; url: string }> {
  const url = `memory://svd-${stores++}`
  const npw = await connect({ store: url, slots: 2 })
  t.teardown(() => npw.close())
  return { npw, url }
}

interface Made {
  readonly tile?: readonly [number, number]
  readonly dtype?: 'float64' | 'float32'
}

async function stored(
  url: string,
  name: string,
  [m, n]: readonly [number, number],
  value: (r: number, c: number) => number,
  { tile = [16, 16], dtype = 'float64' }: Made = {},
): Promise<BigMatrix> {
  const matrix = await BigMatrix.create(openStore(url), name, { shape: [m, n], tile, dtype })
  const data = dtype === 'float64' ? new Float64Array(m * n) : new Float32Array(m * n)
  for (let r = 0; r < m; r++) for (let c = 0; c < n; c++) data[r * n + c] = value(r, c)
  await matrix.write(data)
  return matrix
}

const numbers = async (matrix: BigMatrix): Promise<number[]> => [...(await matrix.read()).data].map(Number)

/** A function of two indices that looks random. */
const noise = (r: number, c: number): number => Math.sin(1 + 12.9898 * r + 78.233 * (c + 1) ** 1.1 + r * c)

/** In one task; in two stages with one tile, one row or column left over, panels at the end of a tile, tall and wide. */
const sizes: readonly {
  readonly shape: readonly [number, number]
  readonly tile?: number
  readonly band?: number
  readonly full?: boolean
}[] = [
  { shape: [1, 1] },
  { shape: [50, 37] },
  { shape: [37, 50], full: true },
  { shape: [1, 1], band: 4 },
  { shape: [2, 2], band: 1 },
  { shape: [33, 33], band: 8, tile: 16 },
  { shape: [20, 20], band: 8, tile: 24 },
  { shape: [32, 32], band: 16, tile: 16 },
  { shape: [33, 33], band: 40, tile: 40 },
  { shape: [50, 33], band: 8, tile: 16 },
  { shape: [41, 45], band: 10, tile: 20 },
  { shape: [34, 33], band: 8, tile: 16, full: true },
  { shape: [25, 50], band: 5, tile: 20, full: true },
  { shape: [30, 1], band: 2, tile: 8 },
]

for (const dtype of ['float64', 'float32'] as const) {
  test(`A = U diag(s) V^T for every shape, tile and band, ${dtype}`, async (t) => {
    const { npw, url } = await connected(t)
    for (const [at, { shape, tile, band, full }] of (dtype === 'float64' ? sizes : sizes.slice(4, 12)).entries()) {
      const [m, n] = shape
      const A = await stored(url, `A${at}`, shape, noise, { dtype })
      const options = { band, full, tile: tile === undefined ? undefined : ([tile, tile] as const), overwrite: true }
      const { S, U, V } = await npw.svd(A, { values: 's', left: 'U', right: 'V', ...options })
      const k = Math.min(m, n)
      t.deepEqual(
        [S.layout.shape, U!.layout.shape, V!.layout.shape, S.layout.dtype],
        [[k], [m, full ? m : k], [n, full ? n : k], dtype],
      )
      const { ratio } = await npw.verify('svd', { A, U: U!, S, V: V! })
      t.true(ratio < 10, `${shape}: ${ratio}`)
      const s = await numbers(S)
      const { S: values } = await npw.svd(A, { values: 'values', ...options })
      t.true((await npw.verify('svd', { A, S: values })).ratio < 10)
      const bar = (dtype === 'float64' ? 2 ** -52 : 2 ** -23) * 50 * Math.max(m, n) * s[0]!
      for (const [i, value] of (await numbers(values)).entries()) t.true(Math.abs(value - s[i]!) <= bar)
    }
  })
}

test('one side alone is the same as with the other', async (t) => {
  const { npw, url } = await connected(t)
  for (const [at, shape] of (
    [
      [40, 40],
      [50, 33],
      [33, 50],
    ] as const
  ).entries()) {
    const A = await stored(url, `A${at}`, shape, noise)
    for (const options of [{ band: 8, tile: [16, 16] }, {}] as const) {
      const both = await npw.svd(A, { values: 's', left: 'U', right: 'V', overwrite: true, ...options })
      const [u, v] = [await numbers(both.U!), await numbers(both.V!)]
      const { U } = await npw.svd(A, { values: 's', left: 'U1', overwrite: true, ...options })
      const { V } = await npw.svd(A, { values: 's', right: 'V1', overwrite: true, ...options })
      t.deepEqual([await numbers(U!), await numbers(V!)], [u, v])
    }
  }
})

test('tall and skinny matrices go through the tree, wide ones as their transpose', async (t) => {
  const { npw, url } = await connected(t)
  for (const [name, shape, tile] of [
    ['tall', [26_300, 41], [2000, 41]],
    ['wide', [45, 24_000], [45, 3000]],
    ['cut', [30_000, 50], [1000, 32]],
  ] as const) {
    const A = await stored(url, name, shape, noise, { tile })
    const { S, U, V } = await npw.svd(A, { values: `${name}-s`, left: `${name}-U`, right: `${name}-V` })
    t.true((await npw.verify('svd', { A, U: U!, S, V: V! })).ratio < 10)
    const { S: values } = await npw.svd(A, { values: `${name}-values` })
    const [s, only] = [await numbers(S), await numbers(values)]
    for (const [i, value] of only.entries()) t.true(Math.abs(value - s[i]!) <= 1e-12 * s[0]!)
  }
})

/** Matrices that ask for care, as functions of the row and the column. */
const zoo: Readonly<Record<string, (r: number, c: number) => number>> = {
  zero: () => 0,
  identity: (r, c) => (r === c ? 1 : 0),
  'diagonal, not in order': (r, c) => (r === c ? (r * 7) % 11 : 0),
  'of rank one': (r, c) => (r + 1) * (c + 1),
  'near 1e150': (r, c) => 1e150 * noise(r, c),
  'near 1e-150': (r, c) => 1e-150 * noise(r, c),
  'near 1e300': (r, c) => 1e300 * noise(r, c),
  'near 1e-290': (r, c) => 1e-290 * noise(r, c),
  graded: (r, c) => 10 ** -(r + c) * noise(r, c),
  'of clustered values': (r, c) => (r === c ? 1 : 0) + 1e-13 * noise(r, c),
  Hilbert: (r, c) => 1 / (r + c + 1),
}

for (const [what, value] of Object.entries(zoo)) {
  test(`a matrix ${what}`, async (t) => {
    const { npw, url } = await connected(t)
    for (const [at, shape] of (
      [
        [43, 43],
        [50, 31],
      ] as const
    ).entries()) {
      const A = await stored(url, `A${at}`, shape, value)
      const places = { values: `s${at}`, left: `U${at}`, right: `V${at}` }
      const { S, U, V } = await npw.svd(A, { ...places, band: 6, tile: [12, 12] })
      const { ratio, threshold, passed } = await npw.verify('svd', { A, U: U!, S, V: V! })
      t.true(passed && ratio < 10 && threshold === 50, String(ratio))
      t.true((await npw.verify('svd', { A, S })).ratio < 10)
    }
  })
}

test('known singular values come out to the last digits', async (t) => {
  const { npw, url } = await connected(t)
  const n = 48
  const A = await stored(url, 'A', [n, n], (r, c) => (r === c ? 2 : Math.abs(r - c) === 1 ? -1 : 0))
  const { S } = await npw.svd(A, { values: 's', band: 8, tile: [16, 16] })
  for (const [k, value] of (await numbers(S)).entries()) {
    t.true(Math.abs(value - 4 * Math.sin(((n - k) * Math.PI) / (2 * (n + 1))) ** 2) < 4e-15 * 4)
  }
})

test('a vector is a matrix of one column', async (t) => {
  const { npw, url } = await connected(t)
  const A = await BigMatrix.create(openStore(url), 'A', { shape: [4], tile: [3], dtype: 'float64' })
  await A.write(Float64Array.of(1, -4, 2, 2))
  const { S, U, V } = await npw.svd(A, { values: 's', left: 'U', right: 'V' })
  t.true(Math.abs((await numbers(S))[0]! - 5) < 1e-14)
  t.true((await npw.verify('svd', { A, U: U!, S, V: V! })).passed)
  t.true((await npw.verify('svd', { A, S })).passed)
})

test('the same bits for every number of slots', async (t) => {
  const { npw, url } = await connected(t)
  const A = await stored(url, 'A', [50, 40], noise)
  const results: number[][] = []
  for (const slots of [1, 2, 4]) {
    const places = { values: 's', left: 'U', right: 'V' }
    const { S, U, V } = await npw.svd(A, { ...places, band: 8, tile: [16, 16], overwrite: true, slots })
    results.push([...(await numbers(S)), ...(await numbers(U!)), ...(await numbers(V!))])
  }
  t.deepEqual(results[1], results[0])
  t.deepEqual(results[2], results[0])
})

test('a result that is not the decomposition is found', async (t) => {
  const { npw, url } = await connected(t)
  const A = await stored(url, 'A', [40, 30], noise)
  const { S, U, V } = await npw.svd(A, { values: 's', left: 'U', right: 'V' })
  const s = await numbers(S)
  const other = async (name: string, values: readonly number[]): Promise<BigMatrix> => {
    const matrix = await BigMatrix.create(openStore(url), name, { shape: [30], tile: [30], dtype: 'float64' })
    await matrix.write(Float64Array.from(values))
    return matrix
  }
  const off = await other(
    'off',
    s.map((value, i) => (i === 3 ? value * (1 + 1e-9) : value)),
  )
  t.false((await npw.verify('svd', { A, U: U!, S: off, V: V! })).passed)
  t.false((await npw.verify('svd', { A, S: off })).passed)
  t.false((await npw.verify('svd', { A, S: await other('turned', [...s].reverse()) })).passed)
  await t.throwsAsync(npw.verify('svd', { A, U: V!, S, V: U! }), {
    name: 'InputError',
    message: /U .* is 30 x 30; 40 x/,
  })
})

test('tiles and bands that do not go together are refused', async (t) => {
  const { npw, url } = await connected(t)
  const A = await stored(url, 'A', [40, 40], noise)
  const refused = (options: object, message: RegExp): Promise<unknown> =>
    t.throwsAsync(async () => npw.svd(A, { values: 's', ...options }), { name: 'InputError', message })
  await refused({ tile: [16, 16], band: 5 }, /the tile, 16, is no multiple of the band, 5/)
  await refused({ tile: [16, 8] }, /square tiles; --tile says 16x8/)
})
