// The principal components of 1,797 handwritten digits, as images. Run it in an empty folder: `node digits-pca.ts`.

import { fileURLToPath } from 'node:url'
import { connect } from 'numpywren'
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

const X = await writeMatrix(npw, 'X', {
  shape: [n, pixels],
  tile: [256, pixels],
  element: (i, j) => data[i * width + j]!,
})

// #region decompose
const { C, T, F } = await npw.pca(X, { out: 'components', scores: 'scores', ratio: 'ratios' })
const components = await C.read() // a component a row
const ratios = await F!.read() // of the variance, that each explains
const scores = await T!.read([0, n], [0, 2]) // the digits in the plane of the first two
// #endregion

for (const [at, ratio] of Array.from(ratios.data).slice(0, shown).entries()) {
  console.log(`${at + 1}: ${ratio.toFixed(6)}`)
}
let explained = 0
let enough = 0
while (explained < 0.95) explained += ratios.data[enough++]!
console.log(`${enough} of ${pixels} components explain 95 % of the variance`)

await save(
  'digits',
  digitsPicture({
    images: Array.from({ length: shown }, (_, k) => Array.from(components.data.subarray(k * pixels, (k + 1) * pixels))),
    ratios: Array.from(ratios.data),
    points: Array.from({ length: n }, (_, i) => ({
      x: scores.data[2 * i]!,
      y: scores.data[2 * i + 1]!,
      digit: data[i * width + pixels]!,
    })),
  }),
)
console.log('wrote digits.svg and digits.png')
