import { callNative } from '../native.ts'
import type { Tile } from '../tile.ts'

/** Scalars and form of {@link syrk}. */
export interface SyrkOptions {
  /** The half of C that is read and written; the other is left alone. @default 'lower' */
  readonly uplo?: 'lower' | 'upper'
  /** A^T A instead of A A^T. @default false */
  readonly trans?: boolean
  /** @default 1 */
  readonly alpha?: number
  /** With 0, C is not read. @default 1 */
  readonly beta?: number
}

/**
 * Symmetric rank-k update of one half: C := alpha A A^T + beta C. BLAS xSYRK, k n (n + 1) flops.
 *
 * @param c n x n
 * @param a n x k (k x n with `trans`)
 */
export async function syrk(c: Tile, a: Tile, options: SyrkOptions = {}): Promise<void> {
  const { uplo = 'lower', trans = false, alpha = 1, beta = 1 } = options
  await callNative((addon) => addon.syrk(c, a, uplo === 'upper', trans, alpha, beta))
}
