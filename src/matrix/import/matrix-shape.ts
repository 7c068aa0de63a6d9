import { FileFormatError } from './errors.ts'

/** Beyond this a shape is taken for a mistake: 64 TiB. */
const maxDenseBytes = 2 ** 46

/** Rows and columns of a foreign array of at most two dimensions: a vector is one column, a scalar 1 x 1. @throws FileFormatError */
export function matrixShape(name: string, shape: readonly number[]): [number, number] {
  if (shape.length > 2) {
    throw new FileFormatError(
      name,
      `the array has ${shape.length} dimensions (${shape.join('x')}); a matrix has two: import one slice, or reshape it first`,
    )
  }
  const [rows = 1, cols = 1] = shape
  if (rows === 0 || cols === 0) throw new FileFormatError(name, `the array is empty: its shape is ${shape.join('x')}`)
  const bytes = rows * cols * 8
  if (!(bytes <= maxDenseBytes)) {
    throw new FileFormatError(
      name,
      `too large: ${rows} x ${cols} doubles are ${(bytes / 2 ** 40).toPrecision(3)} TiB as a dense matrix`,
    )
  }
  return [rows, cols]
}
