import { callNative } from '../native.ts'
import type { Tile } from '../tile.ts'

/** Scalars and form of {@link gemm}. */
export interface GemmOptions {
  /** op(A) = A^T. @default false */
  readonly transA?: boolean
  /** op(B) = B^T. @default false */
  readonly transB?: boolean
  /** @default 1 */
  readonly alpha?: number
  /** With 0, C is not read. @default 1 */
  readonly beta?: number
}

/**
 * Matrix product: C := alpha op(A) op(B) + beta C. BLAS xGEMM, 2 m n k flops.
 *
 * @param c m x n, in and out
 * @param a m x k (k x m with `transA`)
 * @param b k x n (n x k with `transB`)
 */
export async function gemm(c: Tile, a: Tile, b: Tile, options: GemmOptions = {}): Promise<void> {
  const { transA = false, transB = false, alpha = 1, beta = 1 } = options
  await callNative((addon) => addon.gemm(c, a, b, transA, transB, alpha, beta))
}
