/** What principal components need besides a singular value decomposition. */

import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { columnPeaks } from '../routines/column-peaks.ts'
import { copyInto, fill } from '../routines/elementwise.ts'
import { gemm } from '../routines/gemm.ts'
import { readScalars } from '../scalars.ts'
import { expectExtent, operand, writable } from './operands.ts'
import { count } from './parts.ts'

/** `X = subtract_means(A, mu)`: A - e mu^T, the mean of every column (a column of them, n x 1) taken off. */
export const subtractMeansKernel: Kernel = {
  name: 'subtract_means',
  aliases: [],
  minInputs: 2,
  maxInputs: 2,
  outputs: 1,
  absent: [false],
  scalars: [],
  reuses: [0],
  shape(operands, scalars) {
    readScalars('subtract_means', {}, scalars)
    const { rows, cols } = operand('subtract_means', operands, 0, 'A')
    expectExtent('subtract_means', 'mu', operand('subtract_means', operands, 1, 'mu'), cols, 1)
    return [{ rows, cols }]
  },
  flops(operands) {
    const { rows, cols } = operand('subtract_means', operands, 0, 'A')
    return rows * cols
  },
  async run(operands, context) {
    const a = operand('subtract_means', operands, 0, 'A')
    const result = await writable(operands, 0, a, context)
    const ones = context.allocate({ rows: a.rows, cols: 1 }, a)
    await fill(ones, 1)
    await gemm(result, ones, operand('subtract_means', operands, 1, 'mu'), { transB: true, alpha: -1 })
    return [result]
  },
}

/**
 * `p = column_peaks(Z, P)`: the element of largest magnitude in every column of Z (m x n) and in P, with its sign, a column of n;
 * the earlier one where two are equal. P may be absent.
 */
export const columnPeaksKernel: Kernel = {
  name: 'column_peaks',
  aliases: [],
  minInputs: 2,
  maxInputs: 2,
  outputs: 1,
  absent: [false, true],
  scalars: [],
  reuses: [1],
  shape(operands, scalars) {
    readScalars('column_peaks', {}, scalars)
    const { cols } = operand('column_peaks', operands, 0, 'Z')
    if (operands[1]) expectExtent('column_peaks', 'P', operands[1], cols, 1)
    return [{ rows: cols, cols: 1 }]
  },
  flops(operands) {
    const { rows, cols } = operand('column_peaks', operands, 0, 'Z')
    return rows * cols
  },
  async run(operands, context) {
    const z = operand('column_peaks', operands, 0, 'Z')
    const before = operands[1]
    const peaks = before
      ? await writable(operands, 1, before, context)
      : context.allocate({ rows: z.cols, cols: 1 }, z, true)
    await columnPeaks(z, peaks)
    return [peaks]
  },
}

const varianceSpec = { m: undefined, k: Number.POSITIVE_INFINITY }

function varianceExtent(operands: readonly (Extent | undefined)[], scalars: KernelScalars): Extent {
  const { k } = readScalars('explained_variance', varianceSpec, scalars)
  const s = operand('explained_variance', operands, 0, 's')
  expectExtent('explained_variance', 's', s, s.rows, 1)
  return { rows: Math.min(s.rows, count('explained_variance', 'k', k)), cols: 1 }
}

/**
 * `v, r, t = explained_variance(s, m, k)`: s_i^2 / (m - 1) for the singular values s of a centred matrix of m rows, their shares in the
 * sum of all, and s itself; the first k of each.
 */
export const explainedVarianceKernel: Kernel = {
  name: 'explained_variance',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 3,
  absent: [false],
  scalars: Object.keys(varianceSpec),
  reuses: [],
  shape(operands, scalars) {
    const extent = varianceExtent(operands, scalars)
    return [extent, extent, extent]
  },
  flops: (operands) => 3 * operand('explained_variance', operands, 0, 's').rows,
  async run(operands, context) {
    const s = operand('explained_variance', operands, 0, 's')
    const extent = varianceExtent(operands, context.scalars)
    const { m } = readScalars('explained_variance', varianceSpec, context.scalars)
    const [variance, ratio, values] = [s, s, s].map((like) => context.allocate(extent, like)) as [
      typeof s,
      typeof s,
      typeof s,
    ]
    await copyInto(values, { ...s, rows: extent.rows })
    // Shares from s / s_0, whose squares neither overflow nor vanish together.
    const largest = s.rows > 0 ? s.data[0]! : 0
    let total = 0
    for (let i = 0; i < s.rows; i++) total += largest > 0 ? (s.data[i]! / largest) ** 2 : 0
    for (let i = 0; i < extent.rows; i++) {
      variance.data[i] = s.data[i]! ** 2 / (m - 1)
      ratio.data[i] = largest > 0 ? (s.data[i]! / largest) ** 2 / total : 0
    }
    return [variance, ratio, values]
  },
}
