import { callNative } from '../native.ts'
import type { Tile } from '../tile.ts'

/**
 * Rows of L below the pivot rows of a panel, in place: B := B inv(U), m n^2 flops.
 *
 * A zero pivot gives zeros, as in LAPACK's factorizations. A pivot below the rounding errors of its column of U,
 * n eps max_i |u_ij| (eps: unit roundoff), gives zeros where what is left of B is below them too: a quotient of rounding errors would say
 * nothing, and could be large. What is dropped is a backward error of that size.
 *
 * @param u n x n, upper triangular
 * @param b m x n
 */
export async function panelSolve(u: Tile, b: Tile): Promise<void> {
  await callNative((addon) => addon.panelSolve(u, b))
}
