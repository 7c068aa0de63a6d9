/** Functions of every element of a tile. */

import type { Kernel } from '../registry-types.ts'
import { applyFunction, divide, type ElementFunction } from '../routines/functions.ts'
import { readScalars } from '../scalars.ts'
import { expectExtent, operand, writable } from './operands.ts'

function functionKernel(name: ElementFunction): Kernel {
  return {
    name,
    aliases: [],
    minInputs: 1,
    maxInputs: 1,
    outputs: 1,
    absent: [false],
    scalars: [],
    reuses: [0],
    shape(operands, scalars) {
      readScalars(name, {}, scalars)
      const { rows, cols } = operand(name, operands, 0, 'A')
      return [{ rows, cols }]
    },
    flops(operands) {
      const a = operand(name, operands, 0, 'A')
      return a.rows * a.cols
    },
    async run(operands, context) {
      const result = await writable(operands, 0, operand(name, operands, 0, 'A'), context)
      await applyFunction(result, name)
      return [result]
    },
  }
}

/** `B = abs(A)`: magnitudes. */
export const absKernel: Kernel = functionKernel('abs')
/** `B = exp(A)`, element by element. */
export const expKernel: Kernel = functionKernel('exp')
/** `B = sqrt(A)`, element by element; NaN below 0. */
export const sqrtKernel: Kernel = functionKernel('sqrt')
/** `B = log(A)`: natural logarithms, element by element; NaN below 0. */
export const logKernel: Kernel = functionKernel('log')

/** `C = div(A, B)`: the quotient element by element. */
export const divKernel: Kernel = {
  name: 'div',
  aliases: [],
  minInputs: 2,
  maxInputs: 2,
  outputs: 1,
  absent: [false],
  scalars: [],
  reuses: [0],
  shape(operands, scalars) {
    readScalars('div', {}, scalars)
    const { rows, cols } = operand('div', operands, 0, 'A')
    expectExtent('div', 'B', operand('div', operands, 1, 'B'), rows, cols)
    return [{ rows, cols }]
  },
  flops(operands) {
    const a = operand('div', operands, 0, 'A')
    return a.rows * a.cols
  },
  async run(operands, context) {
    const quotient = await writable(operands, 0, operand('div', operands, 0, 'A'), context)
    await divide(quotient, operand('div', operands, 1, 'B'))
    return [quotient]
  },
}
