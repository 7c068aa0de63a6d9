/** The data of the demo: handwritten digits, 8 x 8 pixels from 0 to 16 and the digit they show. */

import { fileURLToPath } from 'node:url'
import type { Numpywren } from '../../client/index.ts'

const file = fileURLToPath(new URL('../../../examples/digits.csv', import.meta.url))

const pixels = 64
const largestPixel = 16
const classes = 10
const trainingRows = 1297

/** A row-major matrix in memory. */
export interface Rows {
  readonly rows: number
  readonly cols: number
  readonly data: Float64Array
}

export interface Digits {
  /** Pixels of the training digits, scaled to 0..1; a digit a row. */
  readonly X: Rows
  /** One-hot labels of the training digits. */
  readonly Y: Rows
  /** Pixels of the digits that are held out. */
  readonly Z: Rows
  /** Labels of the digits that are held out. */
  readonly heldOut: readonly number[]
}

/** Imports the digits as a matrix of the store and splits them: the first 1,297 train, the rest is held out. */
export async function loadDigits(npw: Numpywren): Promise<Digits> {
  const imported = await npw.import(file, 'digits', { overwrite: true })
  const { data, shape } = await imported.read()
  const [count = 0, width = 0] = shape
  const labels = Array.from({ length: count }, (_, row) => data[row * width + pixels] ?? Number.NaN)
  const points = (from: number, to: number): Rows => {
    const scaled = new Float64Array((to - from) * pixels)
    for (let row = from; row < to; row++) {
      const pixelsOfRow = data.subarray(row * width, row * width + pixels)
      scaled.set(
        pixelsOfRow.map((pixel) => pixel / largestPixel),
        (row - from) * pixels,
      )
    }
    return { rows: to - from, cols: pixels, data: scaled }
  }
  const oneHot = new Float64Array(trainingRows * classes)
  for (let row = 0; row < trainingRows; row++) oneHot[row * classes + (labels[row] ?? 0)] = 1
  return {
    X: points(0, trainingRows),
    Y: { rows: trainingRows, cols: classes, data: oneHot },
    Z: points(trainingRows, count),
    heldOut: labels.slice(trainingRows),
  }
}

/** The share of rows whose largest score stands at their label, as a count. */
export function countCorrect(scores: Float64Array, labels: readonly number[]): number {
  return labels.filter((label, row) => {
    const own = scores.subarray(row * classes, (row + 1) * classes)
    return own.indexOf(Math.max(...own)) === label
  }).length
}
