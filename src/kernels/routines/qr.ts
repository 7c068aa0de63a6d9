/**
 * QR of tiles in compact WY form: Q = H_1 H_2 ..., H_b = I - V_b T_b V_b^T for every block b of ib columns. T is ib x n; T_b lies in the
 * columns of V_b. V is stored with its ones and zeros, below which LAPACK's xGEMQRT finds what it reads.
 * From the transposed tile the same routines give LQ: A^T = Q R is A = R^T Q^T.
 */

import { callNative } from '../native.ts'
import type { Tile } from '../tile.ts'

/** Which product with Q is formed. */
export interface ApplyOptions {
  /** Q stands on the right. @default false */
  readonly right?: boolean
  /** op(Q) = Q^T. @default false */
  readonly trans?: boolean
}

/**
 * A = Q R. LAPACK xGEQRT, recursive inside of a block; 2 m n^2 - 2/3 n^3 flops for m >= n.
 *
 * @param a m x n, in; V (m x n, unit lower trapezoidal), out
 * @param t ib x n, out
 * @param r p x n with p >= min(m, n), out: upper trapezoidal, zeros below
 */
export async function geqrt(a: Tile, t: Tile, r: Tile): Promise<void> {
  await callNative((addon) => addon.geqrt(a, t, r))
}

/**
 * C := op(Q) C, or C op(Q) from the right, with the Q of {@link geqrt}. LAPACK xGEMQRT, 4 m n k - 2 n^2 k flops for k columns of C.
 *
 * @param v m x n
 * @param t ib x n
 * @param c m x k (k x m from the right), in and out
 * @param options.live only the first so many rows (columns from the right) of C are read, the others count as zeros; at least min(m, n)
 */
export async function gemqrt(
  v: Tile,
  t: Tile,
  c: Tile,
  options: ApplyOptions & { readonly live?: number } = {},
): Promise<void> {
  const { right = false, trans = false, live = v.rows } = options
  await callNative((addon) => addon.gemqrt(v, t, c, right, trans, live))
}

/**
 * [R; B] = Q [R'; 0] with reflectors [I; V]. LAPACK xTPQRT, recursive inside of a block; 2 m n^2 flops, 2/3 n^3 with `triangle`.
 *
 * @param r p x n with p >= n, whose first n rows are upper triangular, in; R', out
 * @param b m x n, in; V, out
 * @param t ib x n, out
 * @param options.triangle B is upper trapezoidal, and so is V. @default false
 */
export async function tpqrt(r: Tile, b: Tile, t: Tile, options: { readonly triangle?: boolean } = {}): Promise<void> {
  await callNative((addon) => addon.tpqrt(r, b, t, options.triangle ?? false))
}

/**
 * [A; B] := op(Q) [A; B], or [A B] := [A B] op(Q) from the right, with the Q of {@link tpqrt}. LAPACK xTPMQRT, 4 m n k flops.
 *
 * @param v m x n
 * @param t ib x n
 * @param a p x k with p >= n, of which the first n rows take part (k x p from the right), in and out
 * @param b m x k (k x m from the right), in and out
 * @param options.hasA without it A counts as zeros and is only written; `hasB` likewise. @default true
 */
export async function tpmqrt(
  v: Tile,
  t: Tile,
  a: Tile,
  b: Tile,
  options: ApplyOptions & { readonly triangle?: boolean; readonly hasA?: boolean; readonly hasB?: boolean } = {},
): Promise<void> {
  const { right = false, trans = false, triangle = false, hasA = true, hasB = true } = options
  await callNative((addon) => addon.tpmqrt(v, t, a, b, right, trans, triangle, hasA, hasB))
}
