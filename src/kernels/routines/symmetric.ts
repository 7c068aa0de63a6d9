import { callNative } from '../native.ts'
import type { Tile } from '../tile.ts'

/**
 * Product with a symmetric matrix: C := A B + beta C. BLAS xSYMM, 2 m^2 n flops.
 *
 * @param c m x n, in and out; with beta = 0 it is not read
 * @param a m x m, its lower half
 * @param b m x n
 */
export async function symm(c: Tile, a: Tile, b: Tile, beta: number): Promise<void> {
  await callNative((addon) => addon.symm(c, a, b, beta))
}

/**
 * Symmetric rank-2k update of the lower half: C := C + alpha (A B^T + B A^T). BLAS xSYR2K, 2 k n (n + 1) flops.
 *
 * @param c n x n
 * @param a n x k
 * @param b n x k
 */
export async function syr2k(c: Tile, a: Tile, b: Tile, alpha: number): Promise<void> {
  await callNative((addon) => addon.syr2k(c, a, b, alpha))
}
