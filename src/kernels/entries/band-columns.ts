import { KernelArgumentError } from '../errors.ts'
import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { readScalars } from '../scalars.ts'
import { expectExtent, operand, writable } from './operands.ts'
import { count } from './parts.ts'

const spec = { col: 0 }

function bandForm(operands: readonly (Extent | undefined)[], scalars: KernelScalars) {
  const name = 'band_columns'
  const col = count(name, 'col', readScalars(name, spec, scalars).col)
  const band = operand(name, operands, 0, 'B')
  const width = band.rows - 1
  const panel = operand(name, operands, 1, 'G')
  expectExtent(name, 'G', panel, band.cols, width)
  if (operands.length === 3) expectExtent(name, 'R', operand(name, operands, 2, 'R'), width, width)
  if (col >= band.cols) {
    throw new KernelArgumentError(name, 'col', `${name}: col is ${col}; the band has ${band.cols} columns`)
  }
  return { col, width, extent: { rows: band.rows, cols: band.cols } }
}

/**
 * `C = band_columns(B, G, R, col)`: the lower band B ((b + 1) x n, a diagonal a row) with its columns from `col` on, b at most, put in: the lower half of
 * rows col, ..., col + b - 1 of the panel G (n x b), and below them the upper triangle R (b x b), unless it is left out.
 */
export const bandColumnsKernel: Kernel = {
  name: 'band_columns',
  aliases: [],
  minInputs: 2,
  maxInputs: 3,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(spec),
  reuses: [0],
  shape: (operands, scalars) => [bandForm(operands, scalars).extent],
  flops: () => 0,
  async run(operands, context) {
    const { col, width } = bandForm(operands, context.scalars)
    const band = await writable(operands, 0, operand('band_columns', operands, 0, 'B'), context)
    const panel = operand('band_columns', operands, 1, 'G')
    const triangle = operands[2]
    for (let c = 0; c < Math.min(width, band.cols - col); c++) {
      const target = (col + c) * band.ld
      const inside = Math.min(width - c, band.cols - col - c)
      const top = c * panel.ld + col + c
      band.data.set(panel.data.subarray(top, top + inside), target)
      if (triangle) {
        const below = Math.min(c + 1, Math.max(0, band.cols - col - width))
        band.data.set(triangle.data.subarray(c * triangle.ld, c * triangle.ld + below), target + width - c)
      }
    }
    return [band]
  },
}
