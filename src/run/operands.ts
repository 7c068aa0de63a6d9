/** Operands of tasks as kernels judge them before a run. */

import { InputError } from '../errors.ts'
import type { Dtype, Extent, Kernel, KernelRegistry } from '../kernels/index.ts'
import { type CompiledProgram, type TaskDetail, type TileRef, taskId } from '../lambdapack/index.ts'
import { type TileArray, tileDtype } from '../matrix/index.ts'
import { ProgramError } from './errors.ts'

/** Rows, columns and dtype of a tile of an array, as kernels see it. */
export function tileExtent(array: TileArray, index: readonly number[]): Extent {
  return { ...array.extentOf(index), dtype: tileDtype(array.layout) }
}

/** The kernel of a task. @throws ProgramError when it is not registered */
export function kernelOf(detail: TaskDetail, kernels: KernelRegistry): Kernel {
  const kernel = kernels.get(detail.kernel)
  if (kernel !== undefined) return kernel
  throw new ProgramError(`task ${taskId(detail)} calls the kernel ${detail.kernel}, which is not registered`)
}

/**
 * Extents of a task's results; each has a dtype.
 * @param otherwise dtype of results of a task without operands
 * @throws InputError when operands differ in dtype and the kernel does not take that; KernelArgumentError
 */
export function resultExtents(
  detail: TaskDetail,
  kernel: Kernel,
  given: { readonly extentOf: (tile: TileRef) => Extent | undefined; readonly otherwise: Dtype },
): readonly Required<Extent>[] {
  const operands = detail.reads.map((read) => (read.absent ? undefined : given.extentOf(read)))
  if (!kernel.mixesDtypes) expectOneDtype(detail, operands)
  const first = operands.find((operand) => operand !== undefined)
  return kernel
    .shape(operands, detail.scalars)
    .map(({ rows, cols, dtype = first?.dtype ?? given.otherwise }) => ({ rows, cols, dtype }))
}

function expectOneDtype(detail: TaskDetail, operands: readonly (Extent | undefined)[]): void {
  const known = operands.flatMap((operand, at) => (operand?.dtype ? [[detail.reads[at]!.matrix, operand.dtype]] : []))
  const [[first, dtype] = []] = known
  const [other, otherDtype] = known.find(([, found]) => found !== dtype) ?? []
  if (other === undefined) return
  throw new InputError(
    `${first} is ${dtype} and ${other} is ${otherDtype}, but the kernel ${detail.kernel} computes in one of them; import one of the two with --dtype, or let the program convert its tiles (kernel convert)`,
  )
}

/**
 * Sees that the kernels take the dtypes they get and give those of their targets. One task of every statement is looked at: a
 * matrix has one dtype. @throws InputError, KernelArgumentError, ProgramError
 */
export function checkDtypes(parts: {
  readonly program: CompiledProgram
  readonly kernels: KernelRegistry
  readonly extentOf: (tile: TileRef) => Extent | undefined
}): void {
  const { program, kernels, extentOf } = parts
  const left = new Set(program.statements.map(({ ordinal }) => ordinal))
  for (const task of program.tasks()) {
    if (left.size === 0) return
    if (!left.delete(task.statement)) continue
    const detail = program.detail(task)
    const results = resultExtents(detail, kernelOf(detail, kernels), { extentOf, otherwise: 'float64' })
    for (const [at, tile] of detail.writes.entries()) {
      const wanted = extentOf(tile)?.dtype
      const given = results[at]?.dtype
      if (wanted === undefined || given === undefined || wanted === given) continue
      throw new ProgramError(
        `task ${taskId(detail)} writes ${given} tiles (kernel ${detail.kernel}) to ${tile.matrix}, whose layout says ${wanted}`,
      )
    }
  }
}
