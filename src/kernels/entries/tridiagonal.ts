/** Kernels of the two-stage symmetric eigenvalue problem from the band on. */

import type { Extent, Kernel } from '../registry-types.ts'
import { bandToTridiagonal, tridiagonalEigen } from '../routines/tridiagonal.ts'
import { readScalars } from '../scalars.ts'
import { expectExtent, operand } from './operands.ts'

const chaseSpec = { threads: 2 }
const tridiagonalOf = (band: Extent): Extent => ({ rows: band.cols, cols: 2 })

/** What both forms of the reduction share. */
const chaseKernel = {
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  absent: [false],
  reuses: [],
  flops(operands: readonly (Extent | undefined)[]): number {
    const { rows, cols } = operand('sb2st', operands, 0, 'B')
    return 6 * cols ** 2 * (rows - 1)
  },
}

/**
 * `D = sb2st(B)`: diagonal and subdiagonal (n x 2) of the tridiagonal matrix T = Q^T A Q, for the symmetric band matrix A of
 * which B ((b + 1) x n) holds the lower half, a diagonal a row.
 */
export const sb2stKernel: Kernel = {
  ...chaseKernel,
  name: 'sb2st',
  scalars: Object.keys(chaseSpec),
  outputs: 1,
  shape(operands, scalars) {
    readScalars('sb2st', chaseSpec, scalars)
    return [tridiagonalOf(operand('sb2st', operands, 0, 'B'))]
  },
  async run(operands, context) {
    const band = operand('sb2st', operands, 0, 'B')
    const d = context.allocate(tridiagonalOf(band), band)
    await bandToTridiagonal(band, d, readScalars('sb2st', chaseSpec, context.scalars))
    return [d]
  },
}

/** `D, H = sb2st_vectors(B)`: as `sb2st`, with the reflectors of Q (n x n), which `band_reflect` applies. */
export const sb2stVectorsKernel: Kernel = {
  ...chaseKernel,
  name: 'sb2st_vectors',
  scalars: Object.keys(chaseSpec),
  outputs: 2,
  shape(operands, scalars) {
    readScalars('sb2st_vectors', chaseSpec, scalars)
    const band = operand('sb2st_vectors', operands, 0, 'B')
    return [tridiagonalOf(band), { rows: band.cols, cols: band.cols }]
  },
  async run(operands, context) {
    const band = operand('sb2st_vectors', operands, 0, 'B')
    const { threads } = readScalars('sb2st_vectors', chaseSpec, context.scalars)
    const d = context.allocate(tridiagonalOf(band), band)
    const reflectors = context.allocate({ rows: band.cols, cols: band.cols }, band)
    await bandToTridiagonal(band, d, { reflectors, threads })
    return [d, reflectors]
  },
}

function orderOf(kernel: string, operands: readonly (Extent | undefined)[]): number {
  const { rows, cols } = operand(kernel, operands, 0, 'D')
  expectExtent(kernel, 'D', { rows, cols }, rows, 2)
  return rows
}

/** `w = sterf(D)`: eigenvalues (n x 1, ascending) of the tridiagonal matrix of `sb2st`. */
export const sterfKernel: Kernel = {
  name: 'sterf',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 1,
  absent: [false],
  scalars: [],
  reuses: [],
  shape(operands, scalars) {
    readScalars('sterf', {}, scalars)
    return [{ rows: orderOf('sterf', operands), cols: 1 }]
  },
  flops: (operands) => 30 * orderOf('sterf', operands) ** 2,
  async run(operands, context) {
    const d = operand('sterf', operands, 0, 'D')
    const w = context.allocate({ rows: d.rows, cols: 1 }, d)
    await tridiagonalEigen(d, w)
    return [w]
  },
}

/** `w, Z = stedc(D)`: as `sterf`, with the eigenvectors, the columns of Z (n x n). */
export const stedcKernel: Kernel = {
  name: 'stedc',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 2,
  absent: [false],
  scalars: [],
  reuses: [],
  shape(operands, scalars) {
    readScalars('stedc', {}, scalars)
    const n = orderOf('stedc', operands)
    return [
      { rows: n, cols: 1 },
      { rows: n, cols: n },
    ]
  },
  flops: (operands) => (4 / 3) * orderOf('stedc', operands) ** 3,
  async run(operands, context) {
    const d = operand('stedc', operands, 0, 'D')
    const w = context.allocate({ rows: d.rows, cols: 1 }, d)
    const z = context.allocate({ rows: d.rows, cols: d.rows }, d)
    await tridiagonalEigen(d, w, z)
    return [w, z]
  },
}
