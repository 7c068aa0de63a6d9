/** Kernels of the two-stage singular value decomposition, band to singular values and back. */

import { KernelArgumentError } from '../errors.ts'
import type { Extent, Kernel } from '../registry-types.ts'
import { bandReflect, bandToBidiagonal, bidiagonalSvd } from '../routines/bidiagonal.ts'
import { readScalars } from '../scalars.ts'
import { expectExtent, operand, writable } from './operands.ts'
import { count } from './parts.ts'

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
