// Gaussian-process regression on 44 years of weekly CO2 measurements, and a forecast of ten more. The covariance is that of
// Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), section 5.4.3. Run it in an empty folder.

import { type BigMatrix, connect } from 'numpywren'
import { co2Picture, type Prediction } from './co2-picture.ts'
import { co2Record, meanOf, type Observation } from './co2-record.ts'
import { save } from './picture.ts'
import { writeMatrix } from './write-matrix.ts'

const tile: readonly [number, number] = [256, 256]
const forecastUntil = 2012

// #region covariance
/** Amplitudes in ppm, lengths in years: what the book found for monthly means, and what the weekly ones say of their noise. */
const book = { short: 0.18, shortLength: 1.6 / 12, noise: 0.19 }
const weekly = { short: 0.277, shortLength: 0.0193, noise: 0.238 }
type Noise = typeof book

/** Covariance of what is measured at two times, noise left out. */
function covariance(s: number, t: number, { short, shortLength }: Noise): number {
  const d2 = (s - t) ** 2
  const trend = 66 ** 2 * Math.exp(-d2 / (2 * 67 ** 2))
  const season = 2.4 ** 2 * Math.exp(-d2 / (2 * 90 ** 2) - (2 * Math.sin(Math.PI * (s - t)) ** 2) / 1.3 ** 2)
  const irregular = 0.66 ** 2 * (1 + d2 / (2 * 0.78 * 1.2 ** 2)) ** -0.78
  return trend + season + irregular + short ** 2 * Math.exp(-d2 / (2 * shortLength ** 2))
}
// #endregion

await using npw = await connect({ store: 'work' })

/** What a record says: L L^T = K, the covariance of its observations, and w = inv(L) y, y its deviations from their mean. */
interface Model {
  readonly record: readonly Observation[]
  readonly mean: number
  readonly noise: Noise
  readonly L: BigMatrix
  readonly w: BigMatrix
  readonly logLikelihood: number
}

// #region learn
async function learn(name: string, record: readonly Observation[], noise: Noise): Promise<Model> {
  const n = record.length
  const years = record.map(({ year }) => year)
  const mean = meanOf(record.map(({ ppm }) => ppm))
  const element = (i: number, j: number) => covariance(years[i]!, years[j]!, noise) + (i === j ? noise.noise ** 2 : 0)
  const K = await writeMatrix(npw, `${name}-K`, { shape: [n, n], tile, structure: 'symmetric', element })
  const y = await writeMatrix(npw, `${name}-y`, {
    shape: [n, 1],
    tile: [tile[0], 1],
    element: (i) => record[i]!.ppm - mean,
  })
  const { L } = await npw.cholesky(K, { out: `${name}-L` })
  const { X: w } = await npw.solve(L, y, { out: `${name}-w`, assume: 'lower' })

  // log p(y) = -y^T inv(K) y / 2 - log det(K) / 2 - n log(2 pi) / 2, with y^T inv(K) y = |w|^2 and det(K) = prod L_ii^2
  let halfLogDeterminant = 0
  for (let top = 0; top < n; top += tile[0]) {
    const end = Math.min(top + tile[0], n)
    const { data } = await L.read([top, end], [top, end])
    for (let i = 0; i < end - top; i++) halfLogDeterminant += Math.log(data[i * (end - top) + i]!)
  }
  const { data } = await w.read()
  const logLikelihood =
    -data.reduce((sum, each) => sum + each ** 2, 0) / 2 - halfLogDeterminant - (n / 2) * Math.log(2 * Math.PI)
  return { record, mean, noise, L, w, logLikelihood }
}
// #endregion

// #region predict
async function predict(name: string, model: Model, years: readonly number[]): Promise<Prediction[]> {
  const { record, noise, L } = model
  const [n, m] = [record.length, years.length]
  // With k the covariances between observations and predictions, V = inv(L) k: means V^T w, variances k(t, t) - |V_t|^2.
  const k = await writeMatrix(npw, `${name}-k`, {
    shape: [n, m],
    tile,
    element: (i, j) => covariance(record[i]!.year, years[j]!, noise),
  })
  const { X: V } = await npw.solve(L, k, { out: `${name}-V`, assume: 'lower' })
  const { C: means } = await npw.gemm(V, model.w, { out: `${name}-mean`, transposeA: true })
  const explained = new Float64Array(m)
  for (let top = 0; top < n; top += tile[0]) {
    const { data } = await V.read([top, Math.min(top + tile[0], n)], [0, m])
    for (let at = 0; at < data.length; at++) explained[at % m]! += data[at]! ** 2
  }
  const { data: mean } = await means.read()
  return years.map((year, at) => ({
    year,
    mean: model.mean + mean[at]!,
    sigma: Math.sqrt(covariance(year, year, noise) + noise.noise ** 2 - explained[at]!),
  }))
}
// #endregion

const record = await co2Record()
console.log(`${record.length} weekly observations`)
const monthly = await learn('book', record, book)
console.log(`log marginal likelihood with the noise of the book's monthly means: ${monthly.logLikelihood.toFixed(3)}`)
const model = await learn('weekly', record, weekly)
console.log(`with the noise of weekly means: ${model.logLikelihood.toFixed(3)}`)
const { formula, ratio, passed } = await npw.verify('cholesky', { A: 'weekly-K', L: model.L })
console.log(`${formula} = ${ratio.toPrecision(2)}: ${passed ? 'passed' : 'FAILED'}`)

// Would a forecast have been right in 1992? Observations from then on are left out; the parameters are those of all.
const [past, future] = [record.filter(({ year }) => year < 1992), record.filter(({ year }) => year >= 1992)]
const tried = await predict(
  'tried',
  await learn('past', past, weekly),
  future.map(({ year }) => year),
)
const inside = tried.filter(({ mean, sigma }, at) => Math.abs(future[at]!.ppm - mean) <= 2 * sigma).length
console.log(`a forecast made in 1992 has ${inside} of the ${future.length} observations since then within 2 sigma`)

const start = record[0]!.year
const years = Array.from({ length: Math.floor((forecastUntil - start) * 26) + 1 }, (_, at) => start + at / 26)
const predictions = await predict('forecast', model, years)
const lastYear = predictions.filter(({ year }) => year >= forecastUntil - 1)
const half = 2 * meanOf(lastYear.map(({ sigma }) => sigma))
console.log(`${forecastUntil - 1}: ${meanOf(lastYear.map(({ mean }) => mean)).toFixed(1)} +- ${half.toFixed(1)} ppm`)

await save('co2', co2Picture(record, predictions))
console.log('wrote co2.svg and co2.png')
