import { callNative } from '../native.ts'
import type { Tile } from '../tile.ts'

/**
 * X := the rows from `row` on of a matrix of independent standard normal numbers, each of which depends on the seed, its row and its column
 * alone. Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC11) and Box-Muller.
 */
export async function randomNormal(
  x: Tile,
  { row, seed }: { readonly row: number; readonly seed: number },
): Promise<void> {
  await callNative((addon) => addon.randomNormal(x, row, seed))
}
