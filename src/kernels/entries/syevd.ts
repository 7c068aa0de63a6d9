import type { Extent, Kernel } from '../registry-types.ts'
import { symmetricEigen } from '../routines/tridiagonal.ts'
import { readScalars } from '../scalars.ts'
import { expectExtent, operand, writable } from './operands.ts'

function orderOf(kernel: string, operands: readonly (Extent | undefined)[]): number {
  const a = operand(kernel, operands, 0, 'A')
  expectExtent(kernel, 'A', a, a.rows, a.rows)
  return a.rows
}

/** `w, V = syevd(A)`: eigenvalues (n x 1, ascending) and eigenvectors (the columns of V) of the symmetric tile whose lower half A holds. */
export const syevdKernel: Kernel = {
  name: 'syevd',
  aliases: ['eigh'],
  minInputs: 1,
  maxInputs: 1,
  outputs: 2,
  absent: [false],
  scalars: [],
  reuses: [],
  shape(operands, scalars) {
    readScalars('syevd', {}, scalars)
    const n = orderOf('syevd', operands)
    return [
      { rows: n, cols: 1 },
      { rows: n, cols: n },
    ]
  },
  flops: (operands) => 9 * orderOf('syevd', operands) ** 3,
  async run(operands, context) {
    const a = operand('syevd', operands, 0, 'A')
    const w = context.allocate({ rows: a.rows, cols: 1 }, a)
    const v = await writable(operands, 0, a, context)
    await symmetricEigen(v, w, { vectors: true })
    return [w, v]
  },
}

/** `w = syevd_values(A)`: the eigenvalues alone. */
export const syevdValuesKernel: Kernel = {
  name: 'syevd_values',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 1,
  absent: [false],
  scalars: [],
  reuses: [],
  shape(operands, scalars) {
    readScalars('syevd_values', {}, scalars)
    return [{ rows: orderOf('syevd_values', operands), cols: 1 }]
  },
  flops: (operands) => (4 / 3) * orderOf('syevd_values', operands) ** 3,
  async run(operands, context) {
    const a = operand('syevd_values', operands, 0, 'A')
    const w = context.allocate({ rows: a.rows, cols: 1 }, a)
    const work = await writable(operands, 0, a, context)
    await symmetricEigen(work, w, { vectors: false })
    return [w]
  },
}
