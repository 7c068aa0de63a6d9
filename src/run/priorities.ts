import type { KernelRegistry } from '../kernels/index.ts'
import { type CompiledProgram, criticalPathLengths, type TileRef } from '../lambdapack/index.ts'
import type { BoundMatrix } from '../providers/index.ts'
import { tileExtent } from './operands.ts'

/** What a task costs beside its flops: a constant that keeps tasks without any in order. */
const BASE_FLOPS = 1e4

/** Priorities of the tasks: flops of the heaviest path from each to the end. `undefined` for programs too large to look at whole. */
export function prioritiesOf(parts: {
  readonly program: CompiledProgram
  readonly matrices: ReadonlyMap<string, BoundMatrix>
  readonly kernels: KernelRegistry
}): ReadonlyMap<string, number> | undefined {
  const { program, matrices, kernels } = parts
  const extentOf = ({ matrix, index }: TileRef) => {
    const array = matrices.get(matrix)?.array
    return array && tileExtent(array, index)
  }
  return criticalPathLengths(program, {
    weight: ({ kernel, reads, scalars }) => {
      const operands = reads.map((read) => (read.absent ? undefined : extentOf(read)))
      return BASE_FLOPS + (kernels.get(kernel)?.flops(operands, scalars) ?? 0)
    },
  })
}
