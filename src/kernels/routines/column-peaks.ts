import { callNative } from '../native.ts'
import type { Tile } from '../tile.ts'

/**
 * Folds the elements of largest magnitude of the columns of A (m x n), with their signs, into `peaks` (n x 1, of the same
 * dtype); of two that are equal the earlier one stays.
 */
export async function columnPeaks(a: Tile, peaks: Tile): Promise<void> {
  await callNative((addon) => addon.columnPeaks(a, peaks))
}
