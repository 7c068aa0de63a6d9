import type { Kernel } from '../registry-types.ts'
import { geadd, hadamard, scale } from '../routines/elementwise.ts'
import { flag, readScalars } from '../scalars.ts'
import { changedKernel } from './changed.ts'
import { expectExtent, op, operand, writable } from './operands.ts'
import { everyPresent } from './variadic.ts'

const geaddSpec = { alpha: 1, beta: 1, trans: 0 }

/** `C = add(A, B, ...)`: the sum, in the order of the operands; an absent one counts as zero. */
export const addKernel: Kernel = {
  name: 'add',
  aliases: ['add_matrices'],
  minInputs: 1,
  maxInputs: Number.POSITIVE_INFINITY,
  outputs: 1,
  absent: [true],
  scalars: [],
  reuses: [0],
  shape(operands, scalars) {
    readScalars('add', {}, scalars)
    const { rows, cols } = everyPresent('add', operands)[0]
    operands.forEach((extent, i) => {
      if (extent) expectExtent('add', `operand ${i}`, extent, rows, cols)
    })
    return [{ rows, cols }]
  },
  flops(operands) {
    const present = operands.filter((extent) => extent !== undefined)
    return present.slice(1).reduce((sum, extent) => sum + extent.rows * extent.cols, 0)
  },
  async run(operands, context) {
    const [source] = everyPresent('add', operands)
    const first = operands.indexOf(source)
    const sum = await writable(operands, first, source, context)
    for (const term of operands.slice(first + 1)) {
      if (term) await geadd(sum, term)
    }
    return [sum]
  },
}

/** `D = geadd(C, A)`: beta C + alpha op(A), op the transpose with `trans = 1`; alpha and beta are 1 unless given. */
export const geaddKernel: Kernel = {
  name: 'geadd',
  aliases: [],
  minInputs: 2,
  maxInputs: 2,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(geaddSpec),
  reuses: [0],
  shape(operands, scalars) {
    const { trans } = readScalars('geadd', geaddSpec, scalars)
    const c = operand('geadd', operands, 0, 'C')
    const a = op(operand('geadd', operands, 1, 'A'), flag('geadd', 'trans', trans))
    expectExtent('geadd', 'op(A)', a, c.rows, c.cols)
    return [{ rows: c.rows, cols: c.cols }]
  },
  flops(operands) {
    const c = operand('geadd', operands, 0, 'C')
    return 3 * c.rows * c.cols
  },
  async run(operands, context) {
    const { alpha, beta, trans } = readScalars('geadd', geaddSpec, context.scalars)
    const sum = await writable(operands, 0, operand('geadd', operands, 0, 'C'), context)
    await geadd(sum, operand('geadd', operands, 1, 'A'), { alpha, beta, trans: trans === 1 })
    return [sum]
  },
}

/** `C = mul(A, B)`: the product element by element, as in numpywren. */
export const mulKernel: Kernel = changedKernel({
  name: 'mul',
  aliases: ['hadamard'],
  operands: ['A', 'B'],
  scalars: {},
  change: (product, [factor]) => hadamard(product, factor!),
})

/** `B = scale(A, alpha)`: alpha A. */
export const scaleKernel: Kernel = changedKernel({
  name: 'scale',
  scalars: { alpha: undefined },
  change: (target, _, { alpha }) => scale(target, alpha),
})
