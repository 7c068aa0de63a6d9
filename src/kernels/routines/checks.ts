import { callNative } from '../native.ts'
import type { Tile } from '../tile.ts'

/** The first NaN or infinity of a tile in column order, or `undefined` when every element is finite. */
export async function findNonFinite(a: Tile): Promise<{ readonly row: number; readonly col: number } | undefined> {
  const position = await callNative((addon) => addon.findNonFinite(a))
  return position < 0 ? undefined : { row: position % a.rows, col: Math.floor(position / a.rows) }
}

/** True when both tiles, of one shape and dtype, hold the same bits. Stops at the first column that differs. */
export async function isSameTile(a: Tile, b: Tile): Promise<boolean> {
  return (await callNative((addon) => addon.isEqual(a, b))) === 1
}
