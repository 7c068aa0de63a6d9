import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { flag } from '../scalars.ts'
import { op, operand, writable } from './operands.ts'
import { counts } from './parts.ts'

const bandSpec = { row: 0, col: 0, trans: 0, n: Number.POSITIVE_INFINITY, width: Number.POSITIVE_INFINITY }

/**
 * `AB = band_place([AB,] X, row, col)`: the elements of op(X) put into an upper band matrix at (row, col), as far as they lie in its band;
 * AB is (width + 1) x n in LAPACK's band storage and starts with zeros.
 */
export const bandPlaceKernel: Kernel = {
  name: 'band_place',
  aliases: [],
  minInputs: 1,
  maxInputs: 2,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(bandSpec),
  reuses: [0],
  shape(operands, scalars) {
    return [bandExtent(operands, scalars)]
  },
  flops: () => 0,
  async run(operands, context) {
    const { row, col, trans } = counts('band_place', bandSpec, context.scalars)
    const x = operand('band_place', operands, operands.length - 1, 'X')
    const band =
      operands.length === 1
        ? context.allocate(bandExtent(operands, context.scalars), x, true)
        : await writable(operands, 0, operand('band_place', operands, 0, 'AB'), context)
    const source = op(x, trans === 1)
    const width = band.rows - 1
    for (let c = 0; c < source.cols && col + c < band.cols; c++) {
      for (let r = 0; r < source.rows; r++) {
        const at = width + row + r - (col + c)
        if (at < 0 || at > width) continue
        band.data[at + (col + c) * band.ld] = x.data[trans === 1 ? c + r * x.ld : r + c * x.ld]!
      }
    }
    return [band]
  },
}

function bandExtent(operands: readonly (Extent | undefined)[], scalars: KernelScalars): Extent {
  const { col, trans, n, width } = counts('band_place', bandSpec, scalars)
  const x = op(operand('band_place', operands, operands.length - 1, 'X'), flag('band_place', 'trans', trans))
  if (operands.length === 2) {
    const { rows, cols } = operand('band_place', operands, 0, 'AB')
    return { rows, cols }
  }
  return { rows: (Number.isFinite(width) ? width : x.cols - 1) + 1, cols: Number.isFinite(n) ? n : col + x.cols }
}
