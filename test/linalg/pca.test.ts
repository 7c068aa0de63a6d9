import test, { type ExecutionContext } from 'ava'
import { BigMatrix, connect, type Numpywren } from '../../src/index.ts'
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
    }
  })
}

test('a column that is constant has no part in any component; a matrix that is constant no variance', async (t) => {
  const { npw, url } = await connected(t)
  const A = await stored(url, [20, 4], [8, 4])
  const { data } = await A.read()
  await A.write(Float64Array.from(data, (value, at) => (at % 4 === 2 ? 7 : Number(value))))
  const { C, F, report } = await npw.call<Results & { report: { facts: { explained: number } } }>(
    'pca',
    { A },
    { ...everything, components: 3 },
  )
  for (const component of await rowsOf(C)) t.true(Math.abs(component[2]!) < 1e-15)
  t.true(Math.abs(report.facts.explained - 1) < 1e-14)
  t.true(Math.abs((await numbers(F)).reduce((sum, share) => sum + share, 0) - 1) < 1e-14)
  await A.write(new Float64Array(80).fill(3))
  const flat = await npw.call<{ report: { warnings: string[] } }>('pca', { A }, everything)
  t.regex(flat.report.warnings[0] ?? '', /no variance/)
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
