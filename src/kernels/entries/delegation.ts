/** Kernels that are others by another name, with scalars of their own. */

import type { Extent, Kernel, KernelContext, KernelScalars } from '../registry-types.ts'
import { readScalars } from '../scalars.ts'
import { defaultBlock } from './qr-shapes.ts'

/** The same context with other scalars, for the kernel that does the work. */
export function withScalars(context: KernelContext, scalars: KernelScalars): KernelContext {
  return { scalars, donated: context.donated, allocate: (...request) => context.allocate(...request) }
}

/** numpywren's kernel of two forms, which takes `ib` alone: that of one tile, and that of a triangle and a tile, both named as it is. */
export function factorKernel(ofOne: Kernel, ofTwo: Kernel): Kernel {
  const spec = { ib: defaultBlock }
  const { name } = ofTwo
  const formOf = (operands: readonly (Extent | undefined)[]): Kernel => (operands.length === 2 ? ofTwo : ofOne)
  const codes = (given: KernelScalars): KernelScalars => ({
    positional: [],
    keywords: readScalars(name, spec, given),
  })
  return {
    ...ofTwo,
    minInputs: ofOne.minInputs,
    scalars: Object.keys(spec),
    shape: (operands, scalars) => formOf(operands).shape(operands, codes(scalars)),
    flops: (operands, scalars) => formOf(operands).flops(operands, codes(scalars)),
    run: (operands, context) => formOf(operands).run(operands, withScalars(context, codes(context.scalars))),
  }
}
