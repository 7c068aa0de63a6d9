import { callNative } from '../native.ts'
import type { Tile } from '../tile.ts'

/** Which triangular system {@link trsm} solves. */
export interface TrsmOptions {
  /** Where op(T) stands. @default 'left' */
  readonly side?: 'left' | 'right'
  /** The half of T that is read. @default 'lower' */
  readonly uplo?: 'lower' | 'upper'
  /** op(T) = T^T. @default false */
  readonly trans?: boolean
  /** The diagonal of T is taken as ones. @default false */
  readonly unit?: boolean
  /** @default 1 */
  readonly alpha?: number
}

/**
 * Triangular solve in place: B := alpha inv(op(T)) B, or B := alpha B inv(op(T)) with side 'right'.
 * BLAS xTRSM, m^2 n flops from the left, m n^2 from the right. A zero on the diagonal gives infinities, as in BLAS.
 *
 * @param t m x m (left) or n x n (right), triangular
 * @param b m x n
 */
export async function trsm(t: Tile, b: Tile, options: TrsmOptions = {}): Promise<void> {
  const { side = 'left', uplo = 'lower', trans = false, unit = false, alpha = 1 } = options
  await callNative((addon) => addon.trsm(t, b, side === 'right', uplo === 'upper', trans, unit, alpha))
}
