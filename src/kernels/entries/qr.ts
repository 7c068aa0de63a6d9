/** QR of tiles: of one tile, of a triangle on a tile, of a triangle on a triangle. */

import { geqrtFlops, tpqrtFlops } from '../flops.ts'
import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { geqrt, tpqrt } from '../routines/qr.ts'
import { flag, readScalars } from '../scalars.ts'
import { factorKernel } from './delegation.ts'
import { expectExtent, operand, writable } from './operands.ts'
import { blockRows, defaultBlock, expectBetween } from './qr-shapes.ts'

const geqrtSpec = { ib: defaultBlock, full: 0 }

/** Extents of V, T and R. */
function geqrtShape(kernel: string, operands: readonly (Extent | undefined)[], scalars: KernelScalars): Extent[] {
  const { ib, full } = readScalars(kernel, geqrtSpec, scalars)
  const { rows, cols } = operand(kernel, operands, 0, 'A')
  return [
    { rows, cols },
    { rows: blockRows(kernel, ib), cols },
    { rows: flag(kernel, 'full', full) ? rows : Math.min(rows, cols), cols },
  ]
}

/** The kernel that factors one tile, under this name. */
function geqrtOf(name: string): Kernel {
  return {
    name,
    aliases: [],
    minInputs: 1,
    maxInputs: 1,
    outputs: 3,
    absent: [false],
    scalars: Object.keys(geqrtSpec),
    reuses: [0],
    shape: (operands, scalars) => geqrtShape(name, operands, scalars),
    flops(operands) {
      const a = operand(name, operands, 0, 'A')
      return geqrtFlops(a.rows, a.cols)
    },
    async run(operands, context) {
      const [, factor, triangle] = geqrtShape(name, operands, context.scalars) as [Extent, Extent, Extent]
      const v = await writable(operands, 0, operand(name, operands, 0, 'A'), context)
      const t = context.allocate(factor, v)
      const r = context.allocate(triangle, v)
      await geqrt(v, t, r)
      return [v, t, r]
    },
  }
}

/**
 * `V, T, R = geqrt(A)`: A = Q R, A m x n. V is m x n, unit lower trapezoidal with its ones and zeros, T is ib x n, R is min(m, n) x n, upper
 * trapezoidal; with `full = 1` R has m rows. Q = H_1 H_2 ... with H_b = I - V_b T_b V_b^T for blocks of ib columns. LAPACK xGEQRT.
 */
export const geqrtKernel: Kernel = geqrtOf('geqrt')

/** Extents of V, T and R' where [R; B] is factored; an absent B has nothing to eliminate, and V is zeros of R's first rows. */
function tpqrtShape(kernel: string, operands: readonly (Extent | undefined)[], ib: number): Extent[] {
  const r = operand(kernel, operands, 0, 'R')
  const b = operands[1] ?? { rows: r.cols, cols: r.cols }
  expectExtent(kernel, 'B', b, b.rows, r.cols)
  expectBetween(kernel, 'rows of R', r.rows, r.cols, Number.POSITIVE_INFINITY)
  return [
    { rows: b.rows, cols: b.cols },
    { rows: blockRows(kernel, ib), cols: b.cols },
    { rows: r.rows, cols: r.cols },
  ]
}

/** The kernel that factors [R; B], with B full or upper trapezoidal unless `triangle` says otherwise. */
function tpqrtOf(name: string, aliases: readonly string[], triangle: 0 | 1): Kernel {
  const spec = { ib: defaultBlock, triangle }
  const codes = (scalars: KernelScalars) => {
    const given = readScalars<{ ib: number; triangle: number }>(name, spec, scalars)
    return { ib: given.ib, triangle: flag(name, 'triangle', given.triangle) }
  }
  return {
    name,
    aliases,
    minInputs: 2,
    maxInputs: 2,
    outputs: 3,
    absent: [false, true],
    scalars: Object.keys(spec),
    reuses: [0, 1],
    shape: (operands, scalars) => tpqrtShape(name, operands, codes(scalars).ib),
    flops(operands, scalars) {
      const { cols } = operand(name, operands, 0, 'R')
      return operands[1] ? tpqrtFlops(operands[1].rows, cols, codes(scalars).triangle) : 0
    },
    async run(operands, context) {
      const { ib, triangle: isTriangle } = codes(context.scalars)
      const [below, factor] = tpqrtShape(name, operands, ib) as [Extent, Extent]
      const r = await writable(operands, 0, operand(name, operands, 0, 'R'), context)
      const b = operands[1]
      if (!b) return [context.allocate(below, r, true), context.allocate(factor, r, true), r]
      const v = await writable(operands, 1, b, context)
      const t = context.allocate(factor, v)
      await tpqrt(r, v, t, { triangle: isTriangle })
      return [v, t, r]
    },
  }
}

/**
 * `V, T, R1 = tpqrt(R, B)`: [R; B] = Q [R1; 0] with R upper triangular (p x n, p >= n, its first n rows) and B m x n; reflectors [I; V], V m x n,
 * T ib x n. With `triangle = 1` B is upper trapezoidal. An absent B has no rows: V and T are zeros. LAPACK xTPQRT.
 */
export const tpqrtKernel: Kernel = tpqrtOf('tpqrt', [], 0)

/** As {@link tpqrtKernel} with `triangle = 1` unless given: a triangle on a triangle. */
export const ttqrtKernel: Kernel = tpqrtOf('ttqrt', ['qr_factor_triangular'], 1)

/**
 * numpywren's `V, T, R = qr_factor(A)` and `qr_factor(R, B)`: {@link geqrtKernel} of one tile; of two, of which the first is upper triangular,
 * {@link tpqrtKernel}.
 */
export const qrFactorKernel: Kernel = factorKernel(geqrtOf('qr_factor'), tpqrtOf('qr_factor', [], 0))
