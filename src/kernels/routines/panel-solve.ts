import { callNative } from '../native.ts'
import type { Tile } from '../tile.ts'

/**
 * Rows of L below the pivot rows of a panel, in place: B := B inv(U), m n^2 flops.
 *
 * A zero pivot gives zeros, as in LAPACK's factorizations. Where a pivot is below the rounding errors of its column of U,
 * n eps max_i |u_ij| (eps: unit roundoff), a quotient of rounding errors would say nothing, and could be large, as the pivot was
 * chosen by sums in another order: if it exceeds 1 and its numerator is at most 2 eps (|L| |U|)_rj, it becomes zero. What is
 * dropped so is a backward error within the bound of ordinary elimination (Higham, Accuracy and Stability, Theorem 9.3).
 *
 * @param u n x n, upper triangular
 * @param b m x n
 */
export async function panelSolve(u: Tile, b: Tile): Promise<void> {
  await callNative((addon) => addon.panelSolve(u, b))
}
