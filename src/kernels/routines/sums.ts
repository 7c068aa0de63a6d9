import { callNative } from '../native.ts'
import type { Tile } from '../tile.ts'

/**
 * out := the sums of the columns of A (m x n), or of its rows; of magnitudes if wanted. Columns are summed pairwise, rows in the
 * order of the columns, both in double precision.
 *
 * @param out n x 1 (m x 1 with `byRow`), float64
 */
export async function sumsInto(
  out: Tile,
  a: Tile,
  { byRow = false, magnitudes = false }: { readonly byRow?: boolean; readonly magnitudes?: boolean } = {},
): Promise<void> {
  await callNative((addon) => addon.sums(a, out, byRow, magnitudes))
}
