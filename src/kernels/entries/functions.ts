/** Functions of every element of a tile. */

import type { Kernel } from '../registry-types.ts'
import { applyFunction, divide, type ElementFunction } from '../routines/functions.ts'
import { changedKernel } from './changed.ts'

const functionKernel = (name: ElementFunction): Kernel =>
  changedKernel({ name, scalars: {}, change: (target) => applyFunction(target, name) })

/** `B = abs(A)`: magnitudes. */
export const absKernel: Kernel = functionKernel('abs')
/** `B = exp(A)`, element by element. */
export const expKernel: Kernel = functionKernel('exp')
/** `B = sqrt(A)`, element by element; NaN below 0. */
export const sqrtKernel: Kernel = functionKernel('sqrt')
/** `B = log(A)`: natural logarithms, element by element; NaN below 0. */
export const logKernel: Kernel = functionKernel('log')

/** `C = div(A, B)`: the quotient element by element. */
export const divKernel: Kernel = changedKernel({
  name: 'div',
  operands: ['A', 'B'],
  scalars: {},
  change: (quotient, [divisor]) => divide(quotient, divisor!),
})
