/** Routines that touch every element once. All run off the event loop and in place on their first operand. */

import { callNative } from '../native.ts'
import type { Tile } from '../tile.ts'

/** Scalars and form of {@link geadd}. */
export interface GeaddOptions {
  /** op(A) = A^T. @default false */
  readonly trans?: boolean
  /** @default 1 */
  readonly alpha?: number
  /** With 0, C is not read. @default 1 */
  readonly beta?: number
}

/** Sum: C := alpha op(A) + beta C; C is m x n, A too (n x m with `trans`). */
export async function geadd(c: Tile, a: Tile, options: GeaddOptions = {}): Promise<void> {
  const { trans = false, alpha = 1, beta = 1 } = options
  await callNative((addon) => addon.geadd(c, a, trans, alpha, beta))
}

/** Copy: target := source, m x n both. LAPACK xLACPY. */
export async function copyInto(target: Tile, source: Tile): Promise<void> {
  await callNative((addon) => addon.geadd(target, source, false, 1, 0))
}

/** Transposed copy: target (n x m) := source^T, source m x n. */
export async function transposeInto(target: Tile, source: Tile): Promise<void> {
  await callNative((addon) => addon.geadd(target, source, true, 1, 0))
}

/** Product element by element: C := C .* A, both m x n. */
export async function hadamard(c: Tile, a: Tile): Promise<void> {
  await callNative((addon) => addon.hadamard(c, a))
}

/** A := alpha A; a NaN stays NaN, also with alpha = 0. */
export async function scale(a: Tile, alpha: number): Promise<void> {
  await callNative((addon) => addon.scale(a, alpha))
}

/** A := A + alpha I, on the diagonal that an m x n tile has. */
export async function shiftDiagonal(a: Tile, alpha: number): Promise<void> {
  await callNative((addon) => addon.shiftDiagonal(a, alpha))
}

/** Mirrors the lower half of a square tile into the upper one. */
export async function symmetrizeLower(a: Tile): Promise<void> {
  await callNative((addon) => addon.symmetrize(a, false))
}

/** Every element := value. LAPACK xLASET. */
export async function fill(a: Tile, value: number): Promise<void> {
  await callNative((addon) => addon.fill(a, value))
}

/**
 * The Gaussian kernel of inner products, in place: G(i, j) := exp(-gamma max(0, xx_i + yy_j - 2 G(i, j))).
 *
 * @param g m x n, inner products of x_i and y_j
 * @param xx m x 1, squared lengths of the x_i
 * @param yy n x 1, squared lengths of the y_j
 */
export async function rbf(g: Tile, xx: Tile, yy: Tile, gamma: number): Promise<void> {
  await callNative((addon) => addon.rbf(g, xx, yy, gamma))
}

/** Adds the sum of squares of every row of A (m x n) to out (m x 1, of the same dtype). */
export async function rowSumsq(a: Tile, out: Tile): Promise<void> {
  await callNative((addon) => addon.rowSumsq(a, out))
}

/** A := diag(d) A with A m x n and d m x 1. LAPACK xLASCL2. */
export async function scaleRows(a: Tile, d: Tile): Promise<void> {
  await callNative((addon) => addon.scaleRows(a, d))
}
