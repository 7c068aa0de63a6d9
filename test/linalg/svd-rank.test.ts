import test from 'ava'
import { BigMatrix, connect, type Numpywren } from '../../src/index.ts'
import { openStore } from '../../src/storage/index.ts'

let stores = 0

async function connected(t: { teardown(fn: () => Promise<void>): void }): Promise<{ npw: Numpywren; url: string }> {
  const url = `memory://svd-rank-${stores++}`
  const npw = await connect({ store: url, slots: 2 })
  t.teardown(() => npw.close())
  return { npw, url }
}

const numbers = async (matrix: BigMatrix): Promise<number[]> => [...(await matrix.read()).data].map(Number)

/** sum_k sigma_k u_k v_k^T with u_k and v_k the k-th cosines of m and n points, which are orthonormal. */
async function known(
  url: string,
  name: string,
  [m, n]: readonly [number, number],
  sigma: readonly number[],
  tile: readonly [number, number],
): Promise<BigMatrix> {
  const cosine = (k: number, at: number, count: number): number =>
    Math.sqrt((k === 0 ? 1 : 2) / count) * Math.cos((Math.PI * k * (at + 0.5)) / count)
  const data = new Float64Array(m * n)
  for (let r = 0; r < m; r++)
    for (let c = 0; c < n; c++) {
      for (const [k, value] of sigma.entries()) data[r * n + c]! += value * cosine(k, r, m) * cosine(k, c, n)
    }
  const matrix = await BigMatrix.create(openStore(url), name, { shape: [m, n], tile, dtype: 'float64' })
  await matrix.write(data)
  return matrix
}

test('a matrix of low rank is found to the last digits, whatever its shape and tiles', async (t) => {
  const { npw, url } = await connected(t)
  const sigma = [7, 3, 2.5, 1, 0.01]
  for (const [at, { shape, tile }] of (
    [
      { shape: [90, 70], tile: [32, 32] },
      { shape: [70, 90], tile: [8, 16] },
      { shape: [61, 7], tile: [16, 7] },
      { shape: [33, 33], tile: [33, 33] },
    ] as const
  ).entries()) {
    const A = await known(url, `A${at}`, shape, sigma, tile)
    const places = { values: `s${at}`, left: `U${at}`, right: `V${at}` }
    const { S, U, V } = await npw.svd(A, { ...places, rank: 5 })
    t.deepEqual([S.layout.shape, U!.layout.shape, V!.layout.shape], [[5], [shape[0], 5], [shape[1], 5]])
    for (const [k, value] of (await numbers(S)).entries()) t.true(Math.abs(value - sigma[k]!) < 1e-13)
    t.true((await npw.verify('svd', { A, U: U!, S, V: V! })).ratio < 10)
  }
})

test('the error is near the best one, and the estimate is above it', async (t) => {
  const { npw, url } = await connected(t)
  const sigma = Array.from({ length: 40 }, (_, k) => 0.6 ** k)
  const A = await known(url, 'A', [80, 60], sigma, [32, 32])
  const { S, report } = await npw.svd(A, { values: 's', rank: 12 })
  for (const [k, value] of (await numbers(S)).entries()) t.true(Math.abs(value - sigma[k]!) < 1e-6 * sigma[k]!)
  const { error, rangeError, nextValue } = report.facts as Record<string, number>
  // Q spans the range of 22 vectors: what it leaves is at least the next value of A, which the estimate exceeds.
  t.true(rangeError! >= sigma[22]! && rangeError! < 40 * sigma[22]!, String(rangeError))
  t.true(Math.abs(nextValue! - sigma[12]!) < 1e-5 * sigma[12]!)
  t.is(error, rangeError! + nextValue!)
  t.deepEqual(report.warnings, [])
  const flat = await known(
    url,
    'flat',
    [40, 40],
    Array.from({ length: 40 }, () => 1),
    [16, 16],
  )
  t.regex((await npw.svd(flat, { values: 'f', rank: 3 })).report.warnings[0] ?? '', /A is not near a matrix of rank 3/)
})

test('the same seed gives the same bits for every number of slots, another seed others', async (t) => {
  const { npw, url } = await connected(t)
  const A = await known(
    url,
    'A',
    [60, 50],
    Array.from({ length: 30 }, (_, k) => 0.9 ** k),
    [16, 16],
  )
  const bits = async (options: object): Promise<number[]> => {
    const { S, U } = await npw.svd(A, { values: 's', left: 'U', rank: 4, overwrite: true, ...options })
    return [...(await numbers(S)), ...(await numbers(U!))]
  }
  const first = await bits({ seed: 3, slots: 1 })
  t.deepEqual(await bits({ seed: 3, slots: 4 }), first)
  t.notDeepEqual(await bits({ seed: 4, slots: 1 }), first)
})

test('ranks that a matrix cannot have, and options that do not go together, are refused', async (t) => {
  const { npw, url } = await connected(t)
  const A = await known(url, 'A', [20, 10], [1], [10, 10])
  const refused = (options: object, message: RegExp): Promise<unknown> =>
    t.throwsAsync(async () => npw.svd(A, { values: 's', ...options }), { name: 'InputError', message })
  await refused({ rank: 11 }, /its rank is at most 10; --rank says 11/)
  await refused({ rank: 2, full: true }, /--rank goes without --full/)
})
