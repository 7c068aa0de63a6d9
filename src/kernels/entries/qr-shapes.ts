/** What the kernels of the QR and LQ families share: the block size, the extents of factors, tiles seen in part. */

import { KernelArgumentError } from '../errors.ts'
import type { Extent, KernelContext } from '../registry-types.ts'
import { copyInto } from '../routines/elementwise.ts'
import type { Tile } from '../tile.ts'
import { expectExtent } from './operands.ts'

/** Columns of a block of reflectors unless `ib` says otherwise: measured, see docs/performance.md. */
export const defaultBlock = 128

/** The number of rows of T. @throws KernelArgumentError */
export function blockRows(kernel: string, ib: number): number {
  if (Number.isInteger(ib) && ib >= 1) return ib
  throw new KernelArgumentError(kernel, 'ib', `${kernel}: ib is ${ib}; a whole number from 1 is wanted`)
}

/** @throws KernelArgumentError unless T is ib x n for some ib */
export function expectFactor(kernel: string, t: Extent, n: number): void {
  expectExtent(kernel, 'T', t, Math.max(1, t.rows), n)
}

/** @throws KernelArgumentError unless `found` lies from `least` to `most` */
export function expectBetween(kernel: string, name: string, found: number, least: number, most: number): void {
  if (found >= least && found <= most) return
  const range = most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`
  throw new KernelArgumentError(kernel, name, `${kernel}: ${name} has ${found}; ${range} are wanted`)
}

/** The first rows or columns of a tile, on the same memory. */
export function leading(tile: Tile, rows: number, cols: number): Tile {
  return { data: tile.data, rows, cols, ld: tile.ld }
}

/** A larger tile whose first rows and columns are those of `source`; the others are zeros, or not set. */
export async function enlarged(source: Tile, extent: Extent, context: KernelContext, zero = false): Promise<Tile> {
  const target = context.allocate(extent, source, zero)
  await copyInto(leading(target, source.rows, source.cols), source)
  return target
}
