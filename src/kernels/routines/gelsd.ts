import { NotConvergedError } from '../errors.ts'
import { callNative } from '../native.ts'
import type { Tile } from '../tile.ts'

/**
 * B := the X of least norm among those of least ||B - A X||, column by column; A is overwritten. LAPACK xGELSD.
 *
 * @param a n x n
 * @param b n x r
 * @param s n x 1: the singular values of A, descending
 * @param rank 1 x 1, float64: how many of them are above `rcond` times the largest; the others count as zero
 * @throws NotConvergedError
 */
export async function gelsd(
  a: Tile,
  b: Tile,
  { s, rank, rcond }: { readonly s: Tile; readonly rank: Tile; readonly rcond: number },
): Promise<void> {
  const info = await callNative((addon) => addon.gelsd(a, b, s, rank, rcond))
  if (info !== 0) throw new NotConvergedError('gelsd', 'singular values', info)
}
