// A trend and a yearly cycle fitted to 44 years of weekly CO2 measurements by least squares: one QR factorization of [A b], as a
// tree over tiles of rows, has everything. Run it in an empty folder: `node harmonics.ts`.

import { connect } from 'numpywren'
import { co2Record } from './co2-record.ts'
import { writeMatrix } from './write-matrix.ts'

const record = await co2Record()
const n = record.length

// #region design
/** ppm = c0 + c1 s + c2 s^2 + the sum over k of a_k cos(2 pi k t) + b_k sin(2 pi k t), with s in decades since 1980. */
const harmonics = 4
const names = ['c0', 'c1', 'c2', ...Array.from({ length: harmonics }, (_, k) => [`a${k + 1}`, `b${k + 1}`]).flat()]
const p = names.length

function term(year: number, j: number): number {
  if (j < 3) return ((year - 1980) / 10) ** j
  const angle = 2 * Math.PI * (1 + Math.floor((j - 3) / 2)) * year
  return j % 2 === 1 ? Math.cos(angle) : Math.sin(angle)
}
// #endregion

await using npw = await connect({ store: 'work' })

// #region factor
const Ab = await writeMatrix(npw, 'Ab', {
  shape: [n, p + 1],
  tile: [128, p + 1],
  element: (i, j) => (j === p ? record[i]!.ppm : term(record[i]!.year, j)),
})
const { R } = await npw.tsqr(Ab, { out: 'R' })
const { data } = await R.read()
const r = (i: number, j: number) => data[i * (p + 1) + j]!
// #endregion

// #region fit
// [A b] = Q R: the leading p x p block of R and its last column hold R x = Q^T b, the last diagonal element is |b - A x|.
const x = new Float64Array(p)
for (let i = p - 1; i >= 0; i--) {
  let rest = r(i, p)
  for (let j = i + 1; j < p; j++) rest -= r(i, j) * x[j]!
  x[i] = rest / r(i, i)
}
const deviation = Math.abs(r(p, p)) / Math.sqrt(n - p)
// #endregion

for (const [j, name] of names.entries()) console.log(`${name} ${x[j]!.toFixed(6).padStart(11)}`)
console.log(`residual standard deviation ${deviation.toFixed(4)} ppm`)

const cycle = Array.from({ length: 365 }, (_, day) => {
  let ppm = 0
  for (let j = 3; j < p; j++) ppm += x[j]! * term(day / 365, j)
  return ppm
})
const dayOf = (ppm: number) => new Date(Date.UTC(2001, 0, 1 + cycle.indexOf(ppm)))
const [highest, lowest] = [Math.max(...cycle), Math.min(...cycle)]
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' })
console.log(`yearly cycle: amplitude ${Math.hypot(x[3]!, x[4]!).toFixed(4)} ppm in its first harmonic`)
console.log(
  `${(highest - lowest).toFixed(2)} ppm from the trough (${date.format(dayOf(lowest))}) to the crest (${date.format(dayOf(highest))})`,
)
