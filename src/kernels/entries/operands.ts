/** What the registry's kernels share: operands that must be there, shapes that must fit, results in place or in a copy. */

import { KernelArgumentError } from '../errors.ts'
import type { Extent, KernelContext } from '../registry-types.ts'
import { copyInto, transposeInto } from '../routines/elementwise.ts'
import type { Tile } from '../tile.ts'

/** Operand `position` of a kernel. @throws KernelArgumentError when it is absent or was not given */
export function operand<T extends Extent>(
  kernel: string,
  operands: readonly (T | undefined)[],
  position: number,
  name: string,
): T {
  const found = operands[position]
  if (found) return found
  throw new KernelArgumentError(kernel, name, `${kernel}: operand ${position} (${name}) is absent and must be given`)
}

/** Says that an operand must have this extent. @throws KernelArgumentError */
export function expectExtent(kernel: string, name: string, found: Extent, rows: number, cols: number): void {
  if (found.rows === rows && found.cols === cols) return
  const message = `${kernel}: ${name} is ${found.rows}x${found.cols}; ${rows}x${cols} is wanted`
  throw new KernelArgumentError(kernel, name, message)
}

/** A tile holding operand `position`'s values that may be overwritten: the operand itself when it was donated, else a copy. */
export async function writable(
  operands: readonly (Tile | undefined)[],
  position: number,
  source: Tile,
  context: KernelContext,
): Promise<Tile> {
  const isShared = operands.some((other, i) => i !== position && other?.data.buffer === source.data.buffer)
  if (context.donated[position] && !isShared) return source
  const target = context.allocate({ rows: source.rows, cols: source.cols }, source)
  await copyInto(target, source)
  return target
}

/** Rows and columns of op(A). */
export function op(extent: Extent, trans: boolean): Extent {
  return trans ? { rows: extent.cols, cols: extent.rows } : extent
}

/** A^T in a tile of its own. */
export async function transposedTile(source: Tile, context: KernelContext): Promise<Tile> {
  const result = context.allocate(op(source, true), source)
  await transposeInto(result, source)
  return result
}
