/** Many elements to few, in float64 whatever the dtype of the tile: sums, and sums of squares that neither overflow nor vanish. */

import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { sumSquaresInto } from '../routines/norms.ts'
import { sumsInto } from '../routines/sums.ts'
import { flag, readScalars } from '../scalars.ts'
import { expectExtent, operand } from './operands.ts'
import { everyPresent } from './variadic.ts'

const sumsSpec = { axis: 0, abs: 0 }

function sumsExtent({ rows, cols }: Extent, scalars: KernelScalars): Extent {
  const { axis, abs } = readScalars('sums', sumsSpec, scalars)
  flag('sums', 'abs', abs)
  return { rows: flag('sums', 'axis', axis) ? rows : cols, cols: 1, dtype: 'float64' }
}

/** `s = sums(A, axis, abs)`: sums of the columns of A (`axis=0`) or of its rows (`axis=1`) as a column; of magnitudes with `abs=1`. */
export const sumsKernel: Kernel = {
  name: 'sums',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(sumsSpec),
  reuses: [],
  shape(operands, scalars) {
    return [sumsExtent(operand('sums', operands, 0, 'A'), scalars)]
  },
  flops(operands) {
    const a = operand('sums', operands, 0, 'A')
    return a.rows * a.cols
  },
  async run(operands, context) {
    const a = operand('sums', operands, 0, 'A')
    const { axis, abs } = readScalars('sums', sumsSpec, context.scalars)
    const result = context.allocate(sumsExtent(a, context.scalars), a)
    await sumsInto(result, a, { byRow: axis === 1, magnitudes: abs === 1 })
    return [result]
  },
}

const state: Extent = { rows: 2, cols: 1, dtype: 'float64' }

/** `s = sumsq(A)`: scale and ssq, a column of two, with scale^2 ssq the sum of the squares of all elements. LAPACK xLASSQ. */
export const sumsqKernel: Kernel = {
  name: 'sumsq',
  aliases: ['lassq'],
  minInputs: 1,
  maxInputs: 1,
  outputs: 1,
  absent: [false],
  scalars: [],
  reuses: [],
  shape(operands, scalars) {
    readScalars('sumsq', {}, scalars)
    operand('sumsq', operands, 0, 'A')
    return [state]
  },
  flops(operands) {
    const a = operand('sumsq', operands, 0, 'A')
    return 2 * a.rows * a.cols
  },
  async run(operands, context) {
    const a = operand('sumsq', operands, 0, 'A')
    const result = context.allocate(state, a, true)
    await sumSquaresInto(result, a)
    return [result]
  },
}

/** `s = add_sumsq(s, t, ...)`: the sum of what `sumsq` gave, in the order of the operands; an absent one counts as zero. LAPACK xCOMBSSQ. */
export const addSumsqKernel: Kernel = {
  name: 'add_sumsq',
  aliases: ['combssq'],
  minInputs: 1,
  maxInputs: Number.POSITIVE_INFINITY,
  outputs: 1,
  absent: [true],
  scalars: [],
  reuses: [],
  shape(operands, scalars) {
    readScalars('add_sumsq', {}, scalars)
    everyPresent('add_sumsq', operands)
    for (const [at, each] of operands.entries()) if (each) expectExtent('add_sumsq', `operand ${at}`, each, 2, 1)
    return [state]
  },
  flops: (operands) => 4 * operands.length,
  async run(operands, context) {
    const present = everyPresent('add_sumsq', operands)
    const result = context.allocate(state, present[0], true)
    for (const { data } of present) {
      const [scale, ssq] = addSquares([result.data[0]!, result.data[1]!], [data[0]!, data[1]!])
      result.data.set([scale, ssq])
    }
    return [result]
  },
}

/** s^2 q + t^2 r as scale^2 ssq, with the larger of the scales. NaN and infinity stay. */
function addSquares(
  [s, q]: readonly [number, number],
  [t, r]: readonly [number, number],
): readonly [scale: number, ssq: number] {
  if (t === 0) return [s, q]
  if (s === t) return [s, q + r]
  if (s < t || Number.isNaN(t)) return [t, r + (s === 0 ? 0 : q * (s / t) ** 2)]
  return [s, q + r * (t / s) ** 2]
}
