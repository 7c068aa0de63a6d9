import test, { type ExecutionContext } from 'ava'
import { BigMatrix, connect, InputError, type Numpywren } from '../../src/index.ts'
import { openStore } from '../../src/storage/index.ts'

type Dtype = 'float64' | 'float32'
type Results = Record<'C' | 'T' | 'M' | 'S' | 'E' | 'F', BigMatrix>

let stores = 0

async function connected(t: ExecutionContext): Promise<{ npw: Numpywren; url: string }> {
  const url = `memory://pca-${stores++}`
  const npw = await connect({ store: url, slots: 2 })
  t.teardown(() => npw.close())
  return { npw, url }
}

/** A matrix as rows of numbers. */
async function rowsOf(matrix: BigMatrix): Promise<number[][]> {
  const { data, shape } = await matrix.read()
  const [m = 0, n = 1] = shape
  return Array.from({ length: m }, (_, r) => [...data.slice(r * n, (r + 1) * n)].map(Number))
}
const numbers = async (matrix: BigMatrix): Promise<number[]> => [...(await matrix.read()).data].map(Number)
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, k) => sum + x * b[k]!, 0)

/** Correlated columns with means far from zero. */
const element = (r: number, c: number): number => 10 + c + Math.sin(3 * r + c) / (c + 1) + Math.cos(r * (c + 2) ** 2)

async function stored(
  url: string,
  [m, n]: readonly [number, number],
  tile: readonly [number, number],
  dtype: Dtype = 'float64',
): Promise<BigMatrix> {
  const matrix = await BigMatrix.create(openStore(url), `A${m}x${n}-${tile.join('x')}`, { shape: [m, n], tile, dtype })
  const data = dtype === 'float64' ? new Float64Array(m * n) : new Float32Array(m * n)
  for (let r = 0; r < m; r++) for (let c = 0; c < n; c++) data[r * n + c] = element(r, c)
  await matrix.write(data)
  return matrix
}

/** Components are orthonormal with their sign settled, scores are projections, variances are those of the scores. */
async function expectComponents(t: ExecutionContext, A: BigMatrix, results: Results, bar: number): Promise<void> {
  const [C, scores] = [await rowsOf(results.C), await rowsOf(results.T)]
  const [mean, values, variance, ratio] = (await Promise.all(
    [results.M, results.S, results.E, results.F].map(numbers),
  )) as [number[], number[], number[], number[]]
  const rows = await rowsOf(A)
  const m = rows.length
  const close = (found: number, wanted: number, what: string, scale = 1): void => {
    t.true(Math.abs(found - wanted) <= bar * scale, `${what}: ${found} against ${wanted}`)
  }
  for (const [c, mu] of mean.entries()) close(mu, rows.reduce((sum, row) => sum + row[c]!, 0) / m, 'mean', 10 + c)
  const centred = rows.map((row) => row.map((x, c) => x - mean[c]!))
  const largest = values[0]!
  const total = centred.flat().reduce((sum, x) => sum + x * x, 0)
  for (const [k, component] of C.entries()) {
    for (const [l, other] of C.entries()) close(dot(component, other), k === l ? 1 : 0, 'orthonormal')
    const peak = component.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0)
    t.true(peak > 0)
    for (const [r, row] of centred.entries()) close(scores[r]![k]!, dot(row, component), 'score', 10 * largest)
    const column = scores.map((row) => row[k]!)
    close(Math.sqrt(dot(column, column)), values[k]!, 'singular value', 10 * largest)
    close(variance[k]!, values[k]! ** 2 / (m - 1), 'variance', largest ** 2)
    close(ratio[k]!, values[k]! ** 2 / total, 'ratio', 10)
  }
}

const everything = { out: 'C', scores: 'T', mean: 'M', values: 'S', variance: 'E', ratio: 'F', overwrite: true }

const cases: readonly (readonly [shape: readonly [number, number], tile: readonly [number, number], k?: number])[] = [
  [
    [40, 6],
    [16, 6],
  ],
  [[40, 6], [7, 4], 3],
  [
    [9, 25],
    [4, 10],
  ],
  [[9, 25], [16, 32], 2],
  [
    [30, 1],
    [8, 8],
  ],
  [[2, 5], [8, 2], 1],
]

for (const dtype of ['float64', 'float32'] as const) {
  test(`components, variances and scores, ${dtype}`, async (t) => {
    const { npw, url } = await connected(t)
    for (const [shape, tile, k] of dtype === 'float64' ? cases : cases.slice(1, 3)) {
      const A = await stored(url, shape, tile, dtype)
      // Centring leaves min(m - 1, n) of them; the last of a matrix with few rows belongs to a variance of zero.
      const components = k ?? Math.min(shape[0] - 1, shape[1])
      const results = await npw.call<Results>('pca', { A }, { ...everything, components })
      t.deepEqual(results.C.layout.shape, [components, shape[1]])
      t.is(results.C.layout.dtype, dtype)
      await expectComponents(t, A, results, dtype === 'float64' ? 1e-12 : 1e-4)
      const { C, S } = results
      for (const shown of [
        { A, C, S },
        { A, C },
      ])
        t.true((await npw.verify('pca', shown)).ratio < 5)
    }
  })
}

test('a column that is constant has no part in any component; a matrix that is constant no variance', async (t) => {
  const { npw, url } = await connected(t)
  const A = await stored(url, [20, 4], [8, 4])
  const { data } = await A.read()
  await A.write(Float64Array.from(data, (value, at) => (at % 4 === 2 ? 7 : Number(value))))
  const { C, F, S, report } = await npw.call<Results & { report: { facts: { explained: number } } }>(
    'pca',
    { A },
    { ...everything, components: 3 },
  )
  for (const component of await rowsOf(C)) t.true(Math.abs(component[2]!) < 1e-15)
  t.true(Math.abs(report.facts.explained - 1) < 1e-14)
  t.true(Math.abs((await numbers(F)).reduce((sum, share) => sum + share, 0) - 1) < 1e-14)
  t.true((await npw.verify('pca', { A, C, S })).passed)
  await A.write(new Float64Array(80).fill(3))
  const flat = await npw.call<Results & { report: { warnings: string[] } }>('pca', { A }, everything)
  t.regex(flat.report.warnings[0] ?? '', /no variance/)
  t.true((await npw.verify('pca', { A, C: flat.C, S: flat.S })).passed)
})

test('one observation, and more components than there are, are refused', async (t) => {
  const { npw, url } = await connected(t)
  const one = await stored(url, [1, 4], [8, 4])
  const few = await stored(url, [3, 4], [8, 4])
  await t.throwsAsync(async () => npw.call('pca', { A: one }, { out: 'C' }), { message: /takes 2 rows at least/ })
  const asked = { out: 'C', components: 4 }
  await t.throwsAsync(async () => npw.call('pca', { A: few }, asked), {
    message: /has 3 components; --components says 4/,
  })
})

/** A matrix of these rows. */
async function ofRows(
  url: string,
  name: string,
  rows: readonly (readonly number[])[],
  tile: readonly [number, number],
) {
  const shape = [rows.length, rows[0]!.length] as const
  const matrix = await BigMatrix.create(openStore(url), name, { shape, tile, dtype: 'float64' }, { overwrite: true })
  await matrix.write(Float64Array.from(rows.flat()))
  return matrix
}

test('the judgement passes other signs and tiles, and fails components that are turned, exchanged, left out or not of the centred matrix', async (t) => {
  const { npw, url } = await connected(t)
  const A = await stored(url, [40, 12], [16, 5])
  const { C, S } = await npw.call<Results>('pca', { A }, { ...everything, components: 4 })
  const [rows, s] = [await rowsOf(C), await numbers(S)]
  const ratio = async (given: number[][], values?: number[]): Promise<number> => {
    const shown = { A, C: await ofRows(url, 'given', given, [3, 7]) }
    if (values === undefined) return (await npw.verify('pca', shown)).ratio
    return (await npw.verify('pca', { ...shown, S: await ofRows(url, 'values', [values], [1, 4]) })).ratio
  }
  const [a, b, c, d] = rows as [number[], number[], number[], number[]]
  t.true((await ratio([a, b.map((x) => -x), c, d], s)) < 5)
  t.true((await ratio([a, b, c], s.slice(0, 3))) < 5)

  const [cos, sin] = [Math.cos(1e-9), Math.sin(1e-9)]
  const turned = [a.map((x, i) => cos * x + sin * b[i]!), b.map((x, i) => cos * x - sin * a[i]!), c, d]
  t.true((await ratio(turned, s)) > 1e3)
  t.true((await ratio(turned)) > 1e3)
  t.true((await ratio([b, a, c, d], s)) > 1e6)
  t.true((await ratio([b, a, c, d])) > 1e6)
  t.true((await ratio([a.map((x) => x * (1 + 1e-9)), b, c, d], s)) > 1e3)
  t.true((await ratio([a, c, d], [s[0]!, s[2]!, s[3]!])) > 1e6, 'the second is left out')
  t.true((await ratio([b, c, d])) > 1e6, 'the first is left out')
  t.is(await ratio([a, b, c, d.map(() => Number.NaN)], s), Number.POSITIVE_INFINITY)

  const { V } = await npw.call<{ V: BigMatrix }>('svd', { A }, { values: 's', right: 'V', overwrite: true })
  const directions = await rowsOf(V)
  t.true((await ratio(rows.map((_, k) => directions.map((row) => row[k]!)))) > 1e6, 'not centred')
})

test('the judgement fails values that are wrong, even the smallest one, or not in order', async (t) => {
  const { npw, url } = await connected(t)
  const A = await stored(url, [40, 6], [16, 6])
  const { C, S } = await npw.call<Results>('pca', { A }, everything)
  const s = await numbers(S)
  const ratio = async (values: number[]) =>
    (await npw.verify('pca', { A, C, S: await ofRows(url, 'values', [values], [1, 4]) })).ratio
  t.true((await ratio(s)) < 5)
  t.true((await ratio(s.with(5, s[5]! + 1e-9 * s[0]!))) > 1e3)
  t.true((await ratio(s.with(0, s[0]! * (1 + 1e-9)))) > 1e3)
  t.is(await ratio(s.with(5, -s[5]!)), Number.POSITIVE_INFINITY)
  t.is(await ratio(s.with(1, s[0]! * (1 + 1e-15)).with(0, s[0]!)), Number.POSITIVE_INFINITY)
  await t.throwsAsync(ratio(s.slice(1)), { instanceOf: InputError, message: /a vector of 6 is wanted/ })
  const other = await stored(url, [5, 4], [16, 6])
  await t.throwsAsync(npw.verify('pca', { A, C: other }), { instanceOf: InputError, message: /C must be k x n/ })
})

test('the judgement bears elements near the ends of the range, and means that hide most digits', async (t) => {
  const verified = async (dtype: Dtype, map: (value: number) => number): Promise<number> => {
    const { npw, url } = await connected(t)
    const A = await stored(url, [30, 7], [8, 3], dtype)
    const { data } = await A.read()
    await A.write((data as Float64Array).map((value) => map(value)))
    const { C, S } = await npw.call<Results>('pca', { A }, { ...everything, components: 5 })
    return (await npw.verify('pca', { A, C, S })).ratio
  }
  for (const scale of [1e150, 1e-150]) t.true((await verified('float64', (x) => x * scale)) < 5, `${scale}`)
  for (const scale of [1e18, 1e-18]) t.true((await verified('float32', (x) => x * scale)) < 5, `${scale}`)
  t.true((await verified('float64', (x) => x + 1e12)) < 5)
  t.true((await verified('float32', (x) => x + 1e5)) < 5)
})
