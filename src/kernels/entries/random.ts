import { KernelArgumentError } from '../errors.ts'
import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { randomNormal } from '../routines/random.ts'
import { readScalars } from '../scalars.ts'
import { operand } from './operands.ts'
import { count } from './parts.ts'

const spec = { cols: 1, row: 0, seed: 0 }

function extentOf(operands: readonly (Extent | undefined)[], scalars: KernelScalars): Extent {
  const { cols, row, seed } = readScalars('random_normal', spec, scalars)
  for (const [name, value] of Object.entries({ cols, row, seed })) {
    if (!Number.isFinite(count('random_normal', name, value))) {
      throw new KernelArgumentError('random_normal', name, `random_normal: ${name} is infinite`)
    }
  }
  return { rows: operand('random_normal', operands, 0, 'A').cols, cols }
}

/**
 * `W = random_normal(A, cols, row, seed)`: for A of m x n an n x cols tile of independent standard normal numbers, the rows from `row` on of a
 * matrix that depends on the seed alone; of A only the extents count.
 */
export const randomNormalKernel: Kernel = {
  name: 'random_normal',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(spec),
  reuses: [],
  shape: (operands, scalars) => [extentOf(operands, scalars)],
  flops(operands, scalars) {
    const { rows, cols } = extentOf(operands, scalars)
    return 50 * rows * cols
  },
  async run(operands, context) {
    const { row, seed } = readScalars('random_normal', spec, context.scalars)
    const result = context.allocate(extentOf(operands, context.scalars), operand('random_normal', operands, 0, 'A'))
    await randomNormal(result, { row, seed })
    return [result]
  },
}
