// The principal components of 1,797 handwritten digits, as images. Run it in an empty folder: `node digits-pca.ts`.

import { fileURLToPath } from 'node:url'
import { type BigMatrix, connect } from 'numpywren'
import { digitsPicture } from './digits-picture.ts'
import { save } from './picture.ts'
import { writeMatrix } from './write-matrix.ts'

const pixels = 64
const shown = 12

await using npw = await connect({ store: 'work' })

// 64 pixels from 0 to 16, and the digit they show.
const digits = await npw.import(fileURLToPath(new URL('digits.csv', import.meta.url)), 'digits')
const { data, shape } = await digits.read()
const [n = 0, width = 0] = shape

// #region decompose
const means = Array.from({ length: pixels }, (_, j) => {
  let sum = 0
  for (let i = 0; i < n; i++) sum += data[i * width + j]!
  return sum / n
})
const X = await writeMatrix(npw, 'X', {
  shape: [n, pixels],
  tile: [256, pixels],
  element: (i, j) => data[i * width + j]! - means[j]!,
})
const { S, V } = await npw.call<{ S: BigMatrix; V: BigMatrix }>('svd', { A: X }, { values: 's', right: 'V' })
const { C: scores } = await npw.gemm(X, V, { out: 'scores' })
// #endregion

const s = (await S.read()).data
const total = s.reduce((sum, value) => sum + value ** 2, 0)
const ratios = Array.from(s, (value) => value ** 2 / total)
const components = (await V.read()).data
const places = (await scores.read([0, n], [0, 2])).data

for (const [at, ratio] of ratios.slice(0, shown).entries()) console.log(`${at + 1}: ${ratio.toFixed(6)}`)
let explained = 0
let enough = 0
while (explained < 0.95) explained += ratios[enough++]!
console.log(`${enough} of ${pixels} components explain 95 % of the variance`)

await save(
  'digits',
  digitsPicture({
    images: Array.from({ length: shown }, (_, k) =>
      Array.from({ length: pixels }, (_, pixel) => components[pixel * pixels + k]!),
    ),
    ratios,
    points: Array.from({ length: n }, (_, i) => ({
      x: places[2 * i]!,
      y: places[2 * i + 1]!,
      digit: data[i * width + pixels]!,
    })),
  }),
)
console.log('wrote digits.svg and digits.png')
