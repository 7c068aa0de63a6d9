import type { Kernel } from '../registry-types.ts'
import { scale } from '../routines/elementwise.ts'
import { flag, readScalars } from '../scalars.ts'
import { type Dtype, dtypeOf } from '../tile.ts'
import { expectExtent, operand, writable } from './operands.ts'

const spec = { inverse: 0 }

/** Magnitudes between which squares and their sums neither overflow nor lose digits: LAPACK's rmin and rmax of xSYEVD, xGESDD. */
const safe: Readonly<Record<Dtype, readonly [number, number]>> = {
  float64: [2 ** -485, 2 ** 485],
  float32: [2 ** -51, 2 ** 51],
}

/**
 * The power of two that brings a largest magnitude to about 1 when it is outside of the safe range, else 1: scaling by it rounds nothing.
 * It stays within what a number of that type can be and have an inverse.
 */
function powerFor(largest: number, dtype: Dtype): number {
  const [low, high] = safe[dtype]
  if (!(largest > 0) || !Number.isFinite(largest) || (largest >= low && largest <= high)) return 1
  const limit = dtype === 'float64' ? 1021 : 125
  return 2 ** -Math.max(-limit, Math.min(limit, Math.floor(Math.log2(largest))))
}

/**
 * `B = rescale(A, M)`: A times the power of two that brings the magnitude M (1 x 1, of the whole matrix) into the range where no square overflows; A
 * itself where M is there already. `inverse = 1` takes it back.
 */
export const rescaleKernel: Kernel = {
  name: 'rescale',
  aliases: [],
  minInputs: 2,
  maxInputs: 2,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(spec),
  reuses: [0],
  mixesDtypes: true,
  shape(operands, scalars) {
    readScalars('rescale', spec, scalars)
    expectExtent('rescale', 'M', operand('rescale', operands, 1, 'M'), 1, 1)
    const { rows, cols } = operand('rescale', operands, 0, 'A')
    return [{ rows, cols }]
  },
  flops: () => 0,
  async run(operands, context) {
    const isInverse = flag('rescale', 'inverse', readScalars('rescale', spec, context.scalars).inverse)
    const a = operand('rescale', operands, 0, 'A')
    const power = powerFor(operand('rescale', operands, 1, 'M').data[0]!, dtypeOf(a))
    const result = await writable(operands, 0, a, context)
    if (power !== 1) await scale(result, isInverse ? 1 / power : power)
    return [result]
  },
}
