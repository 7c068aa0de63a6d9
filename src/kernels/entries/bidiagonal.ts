/** Kernels of the two-stage singular value decomposition, band to singular values and back. */

import { KernelArgumentError } from '../errors.ts'
import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { bandReflect, bandToBidiagonal, bidiagonalSvd, denseSvd, panelQr } from '../routines/bidiagonal.ts'
import { flag, readScalars } from '../scalars.ts'
import { expectExtent, operand, writable } from './operands.ts'
import { count } from './parts.ts'

const panelSpec = { row: 0 }

/**
 * `V, T, R = panel_qr(G, row)`: QR of the rows of G (m x b) from `row` on, Q = I - V T V^T. V is m x b with zeros above and ones
 * on its diagonal, T and R are b x b, upper triangular; zero beyond the reflectors that there are.
 */
export const panelQrKernel: Kernel = {
  name: 'panel_qr',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 3,
  absent: [false],
  scalars: Object.keys(panelSpec),
  reuses: [0],
  shape(operands, scalars) {
    const g = operand('panel_qr', operands, 0, 'G')
    const row = count('panel_qr', 'row', readScalars('panel_qr', panelSpec, scalars).row)
    if (row > g.rows) throw new KernelArgumentError('panel_qr', 'row', `panel_qr: row is ${row}; G has ${g.rows} rows`)
    const square = { rows: g.cols, cols: g.cols }
    return [{ rows: g.rows, cols: g.cols }, square, square]
  },
  flops(operands, scalars) {
    const { rows, cols } = operand('panel_qr', operands, 0, 'G')
    const m = rows - readScalars('panel_qr', panelSpec, scalars).row
    return Math.max(0, 3 * m * cols ** 2)
  },
  async run(operands, context) {
    const { row } = readScalars('panel_qr', panelSpec, context.scalars)
    const g = await writable(operands, 0, operand('panel_qr', operands, 0, 'G'), context)
    const square = { rows: g.cols, cols: g.cols }
    const [t, r] = [context.allocate(square, g), context.allocate(square, g)]
    await panelQr({ g, t, r }, row)
    return [g, t, r]
  },
}

const chaseSpec = { threads: 2 }
const bidiagonalOf = (ab: Extent): Extent => ({ rows: ab.cols, cols: 2 })
const squareOf = (n: number): Extent => ({ rows: n, cols: n })

/** What both forms of the reduction share. */
const chaseKernel = {
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  absent: [false],
  reuses: [],
  flops(operands: readonly (Extent | undefined)[]): number {
    const { rows, cols } = operand('gb2bd', operands, 0, 'AB')
    return 8 * cols ** 2 * (rows - 1)
  },
}

/** `D = gb2bd(AB)`: diagonal and superdiagonal (n x 2) of the bidiagonal matrix that orthogonal matrices make of an upper band. */
export const gb2bdKernel: Kernel = {
  ...chaseKernel,
  name: 'gb2bd',
  scalars: Object.keys(chaseSpec),
  outputs: 1,
  shape(operands, scalars) {
    readScalars('gb2bd', chaseSpec, scalars)
    return [bidiagonalOf(operand('gb2bd', operands, 0, 'AB'))]
  },
  async run(operands, context) {
    const ab = operand('gb2bd', operands, 0, 'AB')
    const bd = context.allocate(bidiagonalOf(ab), ab)
    await bandToBidiagonal(ab, bd, readScalars('gb2bd', chaseSpec, context.scalars))
    return [bd]
  },
}

/** `D, P, Q = gb2bd_vectors(AB)`: as `gb2bd`, with the reflectors from the left and from the right (n x n). */
export const gb2bdVectorsKernel: Kernel = {
  ...chaseKernel,
  name: 'gb2bd_vectors',
  scalars: Object.keys(chaseSpec),
  outputs: 3,
  shape(operands, scalars) {
    readScalars('gb2bd_vectors', chaseSpec, scalars)
    const ab = operand('gb2bd_vectors', operands, 0, 'AB')
    return [bidiagonalOf(ab), squareOf(ab.cols), squareOf(ab.cols)]
  },
  async run(operands, context) {
    const ab = operand('gb2bd_vectors', operands, 0, 'AB')
    const { threads } = readScalars('gb2bd_vectors', chaseSpec, context.scalars)
    const bd = context.allocate(bidiagonalOf(ab), ab)
    const left = context.allocate(squareOf(ab.cols), ab)
    const right = context.allocate(squareOf(ab.cols), ab)
    await bandToBidiagonal(ab, bd, { reflectors: { left, right }, threads })
    return [bd, left, right]
  },
}

const bandSpec = { width: 64 }

/** `Y = band_reflect(X, P, width)`: the orthogonal matrix of such reflectors (n x n, from a band of that width) times X. */
export const bandReflectKernel: Kernel = {
  name: 'band_reflect',
  aliases: [],
  minInputs: 2,
  maxInputs: 2,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(bandSpec),
  reuses: [0],
  shape(operands, scalars) {
    const { width } = readScalars('band_reflect', bandSpec, scalars)
    if (count('band_reflect', 'width', width) === 0) {
      throw new KernelArgumentError('band_reflect', 'width', 'band_reflect: width is 0; at least 1 is wanted')
    }
    const { rows, cols } = operand('band_reflect', operands, 0, 'X')
    expectExtent('band_reflect', 'P', operand('band_reflect', operands, 1, 'P'), rows, rows)
    return [{ rows, cols }]
  },
  flops(operands) {
    const { rows, cols } = operand('band_reflect', operands, 0, 'X')
    return 3 * rows ** 2 * cols
  },
  async run(operands, context) {
    const { width } = readScalars('band_reflect', bandSpec, context.scalars)
    const x = await writable(operands, 0, operand('band_reflect', operands, 0, 'X'), context)
    await bandReflect(x, operand('band_reflect', operands, 1, 'P'), width)
    return [x]
  },
}

/** `s = bdsqr(D)`: singular values (n x 1, descending) of the bidiagonal matrix of `gb2bd`. */
export const bdsqrKernel: Kernel = {
  name: 'bdsqr',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 1,
  absent: [false],
  scalars: [],
  reuses: [],
  shape(operands, scalars) {
    readScalars('bdsqr', {}, scalars)
    return [{ rows: bidiagonalRows('bdsqr', operands), cols: 1 }]
  },
  flops: (operands) => 30 * bidiagonalRows('bdsqr', operands) ** 2,
  async run(operands, context) {
    const bd = operand('bdsqr', operands, 0, 'D')
    const s = context.allocate({ rows: bd.rows, cols: 1 }, bd)
    await bidiagonalSvd(bd, s)
    return [s]
  },
}

/** `s, U, V = bdsdc(D)`: as `bdsqr`, with the singular vectors (n x n): Bd = U diag(s) V^T. */
export const bdsdcKernel: Kernel = {
  name: 'bdsdc',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 3,
  absent: [false],
  scalars: [],
  reuses: [],
  shape(operands, scalars) {
    readScalars('bdsdc', {}, scalars)
    const n = bidiagonalRows('bdsdc', operands)
    return [{ rows: n, cols: 1 }, squareOf(n), squareOf(n)]
  },
  flops: (operands) => (8 / 3) * bidiagonalRows('bdsdc', operands) ** 3,
  async run(operands, context) {
    const bd = operand('bdsdc', operands, 0, 'D')
    const n = bd.rows
    const s = context.allocate({ rows: n, cols: 1 }, bd)
    const [u, v] = [context.allocate(squareOf(n), bd, true), context.allocate(squareOf(n), bd, true)]
    await bidiagonalSvd(bd, s, { u, v })
    return [s, u, v]
  },
}

function bidiagonalRows(kernel: string, operands: readonly (Extent | undefined)[]): number {
  const { rows, cols } = operand(kernel, operands, 0, 'D')
  expectExtent(kernel, 'D', { rows, cols }, rows, 2)
  return rows
}

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
