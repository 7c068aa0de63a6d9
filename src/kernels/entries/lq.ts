/**
 * LQ of tiles by QR of the transposed tile: A^T = Q R is A = L P with L = R^T and P = Q^T. The reflectors are kept as those of Q, V being n x m
 * for an m x n tile, so that a product with P from the right is three matrix products without a transposition.
 */

import { geqrtFlops, tpqrtFlops } from '../flops.ts'
import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { transposeInto } from '../routines/elementwise.ts'
import { geqrt, tpqrt } from '../routines/qr.ts'
import { flag, readScalars } from '../scalars.ts'
import { factorKernel, withScalars } from './delegation.ts'
import { expectExtent, op, operand, transposedTile, writable } from './operands.ts'
import { gemqrtKernel, tpmqrtKernel } from './qr-apply.ts'
import { blockRows, defaultBlock, expectBetween } from './qr-shapes.ts'

/** Extents of V, T and L. */
function gelqtShape(kernel: string, operands: readonly (Extent | undefined)[], ib: number): Extent[] {
  const { rows, cols } = operand(kernel, operands, 0, 'A')
  return [
    { rows: cols, cols: rows },
    { rows: blockRows(kernel, ib), cols: rows },
    { rows, cols: Math.min(rows, cols) },
  ]
}

/** The kernel that factors one tile, under this name. */
function gelqtOf(name: string): Kernel {
  const spec = { ib: defaultBlock }
  return {
    name,
    aliases: [],
    minInputs: 1,
    maxInputs: 1,
    outputs: 3,
    absent: [false],
    scalars: Object.keys(spec),
    reuses: [],
    shape: (operands, scalars) => gelqtShape(name, operands, readScalars(name, spec, scalars).ib),
    flops(operands) {
      const a = operand(name, operands, 0, 'A')
      return geqrtFlops(a.cols, a.rows)
    },
    async run(operands, context) {
      const { ib } = readScalars(name, spec, context.scalars)
      const [, factor, triangle] = gelqtShape(name, operands, ib) as [Extent, Extent, Extent]
      const v = await transposedTile(operand(name, operands, 0, 'A'), context)
      const t = context.allocate(factor, v)
      const r = context.allocate(op(triangle, true), v)
      await geqrt(v, t, r)
      return [v, t, await transposedTile(r, context)]
    },
  }
}

/**
 * `V, T, L = gelqt(A)`: A = L P, A m x n: L m x min(m, n), lower trapezoidal; V n x m and T ib x m are those of QR of A^T. LAPACK xGELQT, whose V is
 * the transpose of this one.
 */
export const gelqtKernel: Kernel = gelqtOf('gelqt')

/** Extents of V, T and L' where [L B] is factored; an absent B has nothing to eliminate. */
function tplqtShape(kernel: string, operands: readonly (Extent | undefined)[], ib: number): Extent[] {
  const l = operand(kernel, operands, 0, 'L')
  const b = operands[1] ?? { rows: l.rows, cols: l.rows }
  expectExtent(kernel, 'B', b, l.rows, b.cols)
  expectBetween(kernel, 'columns of L', l.cols, l.rows, Number.POSITIVE_INFINITY)
  return [
    { rows: b.cols, cols: b.rows },
    { rows: blockRows(kernel, ib), cols: b.rows },
    { rows: l.rows, cols: l.cols },
  ]
}

/** The kernel that factors [L B], under this name. */
function tplqtOf(name: string): Kernel {
  const spec = { ib: defaultBlock, triangle: 0 }
  const codes = (scalars: KernelScalars) => {
    const { ib, triangle } = readScalars(name, spec, scalars)
    return { ib, triangle: flag(name, 'triangle', triangle) }
  }
  return {
    name,
    aliases: [],
    minInputs: 2,
    maxInputs: 2,
    outputs: 3,
    absent: [false, true],
    scalars: Object.keys(spec),
    reuses: [0],
    shape: (operands, scalars) => tplqtShape(name, operands, codes(scalars).ib),
    flops(operands, scalars) {
      const { rows } = operand(name, operands, 0, 'L')
      return operands[1] ? tpqrtFlops(operands[1].cols, rows, codes(scalars).triangle) : 0
    },
    async run(operands, context) {
      const { ib, triangle } = codes(context.scalars)
      const [below, factor] = tplqtShape(name, operands, ib) as [Extent, Extent]
      const l = operand(name, operands, 0, 'L')
      const b = operands[1]
      if (!b)
        return [
          context.allocate(below, l, true),
          context.allocate(factor, l, true),
          await writable(operands, 0, l, context),
        ]
      const r = await transposedTile(l, context)
      const v = await transposedTile(b, context)
      const t = context.allocate(factor, v)
      await tpqrt(r, v, t, { triangle })
      const result = await writable(operands, 0, l, context)
      await transposeInto(result, r)
      return [v, t, result]
    },
  }
}

/**
 * `V, T, L1 = tplqt(L, B)`: [L B] = [L1 0] P with L lower triangular (its first m columns) and B m x n; V n x m. With `triangle = 1` B is lower
 * trapezoidal. An absent B has no columns. LAPACK xTPLQT.
 */
export const tplqtKernel: Kernel = tplqtOf('tplqt')

/** numpywren's `V, T, L = lq_factor(A)` and `lq_factor(L, B)`: {@link gelqtKernel} of one tile, {@link tplqtKernel} of two. */
export const lqFactorKernel: Kernel = factorKernel(gelqtOf('lq_factor'), tplqtOf('lq_factor'))

/** A product with P = Q^T is one with Q, transposed the other way; P stands on the right unless `side = 0`. */
function withP(
  name: string,
  aliases: readonly string[],
  kernel: Kernel,
  spec: Readonly<Record<string, number>>,
): Kernel {
  const codes = (given: KernelScalars) => {
    const scalars = readScalars(name, spec, given)
    const trans = flag(name, 'trans', scalars.trans ?? 1)
    return { positional: [], keywords: { ...scalars, trans: trans ? 0 : 1 } }
  }
  return {
    ...kernel,
    name,
    aliases,
    scalars: Object.keys(spec),
    shape: (operands, scalars) => kernel.shape(operands, codes(scalars)),
    flops: (operands, scalars) => kernel.flops(operands, codes(scalars)),
    run: (operands, context) => kernel.run(operands, withScalars(context, codes(context.scalars))),
  }
}

/** `C1 = gemlqt(V, T, C)`: C P^T with the P of gelqt; `trans = 0` C P; `side = 0` from the left. LAPACK xGEMLQT. */
export const gemlqtKernel: Kernel = withP('gemlqt', ['lq_leaf'], gemqrtKernel, { trans: 1, side: 1 })

/** `A1, B1 = tpmlqt(V, T, A, B)`: [A B] P^T with the P of tplqt; `trans = 0` [A B] P; `side = 0` op(P) [A; B]. LAPACK xTPMLQT. */
export const tpmlqtKernel: Kernel = withP('tpmlqt', ['lq_trailing_update'], tpmqrtKernel, {
  trans: 1,
  side: 1,
  triangle: 0,
})
