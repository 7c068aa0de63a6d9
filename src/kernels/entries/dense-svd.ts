/** Singular values and vectors of one tile. */

import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { denseSvd } from '../routines/bidiagonal.ts'
import { flag, readScalars } from '../scalars.ts'
import { operand } from './operands.ts'

/** Extents of s, U and VT of a tile. */
function denseExtents(a: Extent, scalars: KernelScalars): readonly [Extent, Extent, Extent] {
  const isFull = flag('gesdd', 'full', readScalars('gesdd', { full: 0 }, scalars).full)
  const k = Math.min(a.rows, a.cols)
  return [
    { rows: k, cols: 1 },
    { rows: a.rows, cols: isFull ? a.rows : k },
    { rows: isFull ? a.cols : k, cols: a.cols },
  ]
}

const denseFlops = ({ rows, cols }: Extent): number => {
  const k = Math.min(rows, cols)
  return 4 * rows * cols * k - (4 / 3) * k ** 3
}

/** `s, U, VT = gesdd(A)`: A = U diag(s) VT, s a column, descending; U m x k and VT k x n, or square with `full = 1`. */
export const gesddKernel: Kernel = {
  name: 'gesdd',
  aliases: ['svd'],
  minInputs: 1,
  maxInputs: 1,
  outputs: 3,
  absent: [false],
  scalars: ['full'],
  reuses: [],
  shape: (operands, scalars) => denseExtents(operand('gesdd', operands, 0, 'A'), scalars),
  flops: (operands) => 5 * denseFlops(operand('gesdd', operands, 0, 'A')),
  async run(operands, context) {
    const a = operand('gesdd', operands, 0, 'A')
    const [s, u, vt] = denseExtents(a, context.scalars).map((extent) => context.allocate(extent, a))
    await denseSvd(a, s!, { u: u!, vt: vt! })
    return [s!, u!, vt!]
  },
}

/** `s = gesdd_values(A)`: the singular values of a tile, a column, descending. */
export const gesddValuesKernel: Kernel = {
  name: 'gesdd_values',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 1,
  absent: [false],
  scalars: [],
  reuses: [],
  shape(operands, scalars) {
    readScalars('gesdd_values', {}, scalars)
    const { rows, cols } = operand('gesdd_values', operands, 0, 'A')
    return [{ rows: Math.min(rows, cols), cols: 1 }]
  },
  flops: (operands) => denseFlops(operand('gesdd_values', operands, 0, 'A')),
  async run(operands, context) {
    const a = operand('gesdd_values', operands, 0, 'A')
    const s = context.allocate({ rows: Math.min(a.rows, a.cols), cols: 1 }, a)
    await denseSvd(a, s)
    return [s]
  },
}
