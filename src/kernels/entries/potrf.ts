import { potrfFlops } from '../flops.ts'
import type { Kernel } from '../registry-types.ts'
import { potrf } from '../routines/potrf.ts'
import { flag, readScalars } from '../scalars.ts'
import { expectExtent, operand, writable } from './operands.ts'

const spec = { upper: 0 }

/**
 * `L = potrf(A)`: A = L L^T, from the lower half of A; `upper = 1` gives U with A = U^T U from the upper half.
 * The other half of the result is zeros.
 */
export const potrfKernel: Kernel = {
  name: 'potrf',
  aliases: ['chol', 'cholesky'],
  minInputs: 1,
  maxInputs: 1,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(spec),
  reuses: [0],
  shape(operands, scalars) {
    readScalars('potrf', spec, scalars)
    const a = operand('potrf', operands, 0, 'A')
    expectExtent('potrf', 'A', a, a.rows, a.rows)
    return [{ rows: a.rows, cols: a.cols }]
  },
  flops: (operands) => potrfFlops(operand('potrf', operands, 0, 'A').rows),
  async run(operands, context) {
    const { upper } = readScalars('potrf', spec, context.scalars)
    const factor = await writable(operands, 0, operand('potrf', operands, 0, 'A'), context)
    await potrf(factor, { uplo: flag('potrf', 'upper', upper) ? 'upper' : 'lower' })
    return [factor]
  },
}
