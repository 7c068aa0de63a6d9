import { InternalError } from '../errors.ts'
import { convertKernel } from './entries/convert.ts'
import { copyKernel, shiftDiagonalKernel, transposeKernel } from './entries/copies.ts'
import { rbfKernel, rowSumsqKernel } from './entries/gaussian.ts'
import { gemmKernel } from './entries/gemm.ts'
import { embedKernel, placeKernel, sliceKernel } from './entries/parts.ts'
import { potrfKernel } from './entries/potrf.ts'
import { addKernel, geaddKernel, mulKernel, scaleKernel } from './entries/sums.ts'
import { syrkKernel } from './entries/syrk.ts'
import { trsmKernel, trsmSubKernel } from './entries/trsm.ts'
import type { Kernel, KernelRegistry } from './registry-types.ts'

/** A registry of these kernels. @throws InternalError when two share a name */
export function createRegistry(kernels: readonly Kernel[]): KernelRegistry {
  const byName = new Map<string, Kernel>()
  for (const kernel of kernels) {
    for (const name of [kernel.name, ...kernel.aliases]) {
      if (byName.has(name)) throw new InternalError(`two kernels are called ${name}`)
      byName.set(name, kernel)
    }
  }
  return { get: (name) => byName.get(name), list: () => kernels }
}

/** Every kernel that a program may call, by its LAPACK name and by numpywren's. */
export const kernelRegistry: KernelRegistry = createRegistry([
  potrfKernel,
  trsmKernel,
  syrkKernel,
  gemmKernel,
  addKernel,
  geaddKernel,
  mulKernel,
  scaleKernel,
  copyKernel,
  convertKernel,
  transposeKernel,
  shiftDiagonalKernel,
  sliceKernel,
  placeKernel,
  embedKernel,
  trsmSubKernel,
  rbfKernel,
  rowSumsqKernel,
])
