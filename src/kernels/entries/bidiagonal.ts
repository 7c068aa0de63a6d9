/** Kernels of the two-stage singular value decomposition, band to singular values and back. */

import { KernelArgumentError } from '../errors.ts'
import type { Kernel } from '../registry-types.ts'
import { bandReflect, bandToBidiagonal, bidiagonalSvd } from '../routines/bidiagonal.ts'
import { readScalars } from '../scalars.ts'
import { expectExtent, operand, writable } from './operands.ts'
import { count } from './parts.ts'
import { chaseKernel, valuesKernel } from './two-diagonals.ts'

/** `D = gb2bd(AB)`: diagonal and superdiagonal (n x 2) of the bidiagonal matrix that orthogonal matrices make of an upper band. */
export const gb2bdKernel: Kernel = chaseKernel({
  name: 'gb2bd',
  band: 'AB',
  reflectors: 0,
  work: 8,
  reduce: (ab, bd, _, threads) => bandToBidiagonal(ab, bd, { threads }),
})

/** `D, P, Q = gb2bd_vectors(AB)`: as `gb2bd`, with the reflectors from the left and from the right (n x n). */
export const gb2bdVectorsKernel: Kernel = chaseKernel({
  name: 'gb2bd_vectors',
  band: 'AB',
  reflectors: 2,
  work: 8,
  reduce: (ab, bd, [left, right], threads) =>
    bandToBidiagonal(ab, bd, { reflectors: { left: left!, right: right! }, threads }),
})

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
export const bdsqrKernel: Kernel = valuesKernel({
  name: 'bdsqr',
  vectors: 0,
  flops: (n) => 30 * n ** 2,
  solve: (bd, s) => bidiagonalSvd(bd, s),
})

/** `s, U, V = bdsdc(D)`: as `bdsqr`, with the singular vectors (n x n): Bd = U diag(s) V^T. */
export const bdsdcKernel: Kernel = valuesKernel({
  name: 'bdsdc',
  vectors: 2,
  flops: (n) => (8 / 3) * n ** 3,
  solve: (bd, s, [u, v]) => bidiagonalSvd(bd, s, { u: u!, v: v! }),
})
