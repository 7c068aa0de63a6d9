import { type Kernel, type KernelRegistry, kernelRegistry } from '../../src/kernels/index.ts'

/** The real kernels, of which each waits for `before` with its name first. */
export function gatedKernels(before: (kernel: string) => Promise<void>): KernelRegistry {
  const gate = (kernel: Kernel): Kernel => ({
    ...kernel,
    async run(operands, context) {
      await before(kernel.name)
      return kernel.run(operands, context)
    },
  })
  return {
    get(name) {
      const kernel = kernelRegistry.get(name)
      return kernel && gate(kernel)
    },
    list: () => kernelRegistry.list().map(gate),
  }
}
