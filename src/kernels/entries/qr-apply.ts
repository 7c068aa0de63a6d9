/** Products with the Q of {@link geqrtKernel} and {@link tpqrtKernel}. */

import { gemmFlops, gemqrtFlops, tpmqrtFlops } from '../flops.ts'
import type { Extent, Kernel, KernelContext, KernelScalars } from '../registry-types.ts'
import { gemqrt, tpmqrt } from '../routines/qr.ts'
import { flag, readScalars } from '../scalars.ts'
import type { Tile } from '../tile.ts'
import { expectExtent, operand, writable } from './operands.ts'
import { enlarged, expectBetween, expectFactor } from './qr-shapes.ts'

const gemqrtSpec = { trans: 1, side: 0 }
const tpmqrtSpec = { trans: 1, side: 0, triangle: 0 }

/** V, the extent of the result and how much of it is there. */
function gemqrtShape(operands: readonly (Extent | undefined)[], scalars: KernelScalars) {
  const codes = readScalars('gemqrt', gemqrtSpec, scalars)
  const right = flag('gemqrt', 'side', codes.side)
  const trans = flag('gemqrt', 'trans', codes.trans)
  const v = operand('gemqrt', operands, 0, 'V')
  const c = operand('gemqrt', operands, 2, 'C')
  expectFactor('gemqrt', operand('gemqrt', operands, 1, 'T'), v.cols)
  const live = right ? c.cols : c.rows
  expectBetween('gemqrt', right ? 'columns of C' : 'rows of C', live, Math.min(v.rows, v.cols), v.rows)
  const result = right ? { rows: c.rows, cols: v.rows } : { rows: v.rows, cols: c.cols }
  return { right, trans, v, live, result, other: right ? c.rows : c.cols }
}

/**
 * `C1 = gemqrt(V, T, C)`: Q^T C with the Q of geqrt; `trans = 0` Q C; `side = 1` from the right. Of C (m x k, with V m x n) rows at the end may
 * be missing, down to min(m, n): they count as zeros, and the result has m rows. LAPACK xGEMQRT.
 */
export const gemqrtKernel: Kernel = {
  name: 'gemqrt',
  aliases: ['qr_leaf'],
  minInputs: 3,
  maxInputs: 3,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(gemqrtSpec),
  reuses: [2],
  shape: (operands, scalars) => [gemqrtShape(operands, scalars).result],
  flops(operands, scalars) {
    const { v, live, other } = gemqrtShape(operands, scalars)
    // Of zeros only the products with V remain.
    return live === v.rows ? gemqrtFlops(v.rows, v.cols, other) : gemmFlops(v.rows, other, Math.min(v.rows, v.cols))
  },
  async run(operands, context) {
    const { right, trans, v, live, result } = gemqrtShape(operands, context.scalars)
    const source = operand('gemqrt', operands, 2, 'C')
    const isWhole = live === v.rows
    const c = isWhole ? await writable(operands, 2, source, context) : await enlarged(source, result, context)
    const [reflectors, factor] = [operand('gemqrt', operands, 0, 'V'), operand('gemqrt', operands, 1, 'T')]
    await gemqrt(reflectors, factor, c, { right, trans, live })
    return [c]
  },
}

interface StackedShape {
  readonly right: boolean
  readonly v: Extent
  readonly a: Extent
  readonly b: Extent
  readonly other: number
}

/** Extents of the operands, the absent ones too. */
function tpmqrtShape(kernel: string, operands: readonly (Extent | undefined)[], right: boolean): StackedShape {
  const v = operand(kernel, operands, 0, 'V')
  expectFactor(kernel, operand(kernel, operands, 1, 'T'), v.cols)
  const given = operands[2] ?? operand(kernel, operands, 3, 'B')
  const other = right ? given.rows : given.cols
  const extent = (length: number): Extent => (right ? { rows: other, cols: length } : { rows: length, cols: other })
  const a = operands[2] ?? extent(v.cols)
  const b = operands[3] ?? extent(v.rows)
  expectBetween(kernel, right ? 'columns of A' : 'rows of A', right ? a.cols : a.rows, v.cols, Number.POSITIVE_INFINITY)
  expectExtent(kernel, 'B', b, extent(v.rows).rows, extent(v.rows).cols)
  return { right, v, a, b, other }
}

function tpmqrtCodes(kernel: string, spec: typeof tpmqrtSpec, scalars: KernelScalars) {
  const codes = readScalars(kernel, spec, scalars)
  return {
    right: flag(kernel, 'side', codes.side),
    trans: flag(kernel, 'trans', codes.trans),
    triangle: flag(kernel, 'triangle', codes.triangle),
  }
}

function tpmqrtOf(name: string, aliases: readonly string[], spec: typeof tpmqrtSpec): Kernel {
  const shape = (operands: readonly (Extent | undefined)[], scalars: KernelScalars) =>
    tpmqrtShape(name, operands, tpmqrtCodes(name, spec, scalars).right)
  const target = (
    operands: readonly (Tile | undefined)[],
    position: number,
    extent: Extent,
    context: KernelContext,
  ): Promise<Tile> | Tile => {
    const found = operands[position]
    return found
      ? writable(operands, position, found, context)
      : context.allocate({ rows: extent.rows, cols: extent.cols }, operand(name, operands, 0, 'V'))
  }
  return {
    name,
    aliases,
    minInputs: 4,
    maxInputs: 4,
    outputs: 2,
    absent: [false, false, true, true],
    scalars: Object.keys(spec),
    reuses: [2, 3],
    shape(operands, scalars) {
      const { a, b } = shape(operands, scalars)
      return [
        { rows: a.rows, cols: a.cols },
        { rows: b.rows, cols: b.cols },
      ]
    },
    flops(operands, scalars) {
      const { v, other } = shape(operands, scalars)
      const flops = tpmqrtFlops(v.rows, v.cols, other, tpmqrtCodes(name, spec, scalars).triangle)
      return operands[3] ? flops : flops / 2
    },
    async run(operands, context) {
      const codes = tpmqrtCodes(name, spec, context.scalars)
      const extents = shape(operands, context.scalars)
      const a = await target(operands, 2, extents.a, context)
      const b = await target(operands, 3, extents.b, context)
      const [v, t] = [operand(name, operands, 0, 'V'), operand(name, operands, 1, 'T')]
      await tpmqrt(v, t, a, b, { ...codes, hasA: operands[2] !== undefined, hasB: operands[3] !== undefined })
      return [a, b]
    },
  }
}

/**
 * `A1, B1 = tpmqrt(V, T, A, B)`: op(Q) [A; B] with the Q of tpqrt, op the transpose unless `trans = 0`; [A B] op(Q) with `side = 1`. The first n rows
 * of A (p x k, p >= n; V m x n) take part, and B (m x k). One of A and B may be absent: it counts as zeros. With `triangle = 1` V is upper
 * trapezoidal, which saves half of the work. LAPACK xTPMQRT.
 */
export const tpmqrtKernel: Kernel = tpmqrtOf('tpmqrt', ['qr_trailing_update'], tpmqrtSpec)

/** `A1, B1 = ttmqrt(V, T, A, B)`: as {@link tpmqrtKernel} with `triangle = 1` unless given. */
export const ttmqrtKernel: Kernel = tpmqrtOf('ttmqrt', [], { ...tpmqrtSpec, triangle: 1 })
