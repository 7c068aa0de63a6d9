import { KernelArgumentError } from '../errors.ts'
import type { Kernel, KernelScalars } from '../registry-types.ts'
import { convertInto } from '../routines/convert.ts'
import { readScalars } from '../scalars.ts'
import { type Dtype, dtypeOf } from '../tile.ts'
import { operand, writable } from './operands.ts'

const spec = { to: 64 }

function target(scalars: KernelScalars): Dtype {
  const { to } = readScalars('convert', spec, scalars)
  if (to === 64) return 'float64'
  if (to === 32) return 'float32'
  throw new KernelArgumentError('convert', 'to', `convert: to is ${to}; 32 or 64 is wanted`)
}

/** `B = convert(A, to=32)`: A in float32, or float64 unless `to` says so, rounded as IEEE 754 says. */
export const convertKernel: Kernel = {
  name: 'convert',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(spec),
  reuses: [0],
  shape(operands, scalars) {
    const { rows, cols } = operand('convert', operands, 0, 'A')
    return [{ rows, cols, dtype: target(scalars) }]
  },
  flops: () => 0,
  async run(operands, context) {
    const a = operand('convert', operands, 0, 'A')
    const dtype = target(context.scalars)
    if (dtypeOf(a) === dtype) return [await writable(operands, 0, a, context)]
    const b = context.allocate({ rows: a.rows, cols: a.cols, dtype }, a)
    await convertInto(b, a)
    return [b]
  },
}
