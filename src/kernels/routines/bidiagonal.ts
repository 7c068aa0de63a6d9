/** The pieces of the two-stage singular value decomposition: panels, band to bidiagonal, bidiagonal to singular values. */

import { NotConvergedError } from '../errors.ts'
import { callNative } from '../native.ts'
import { noTile, type Tile } from '../tile.ts'

/** Matrices of a panel's QR factorization. */
export interface PanelQr {
  /** m x b; its rows from `row` on are factored, and it becomes V: zeros above, ones on the diagonal, then the reflectors. */
  readonly g: Tile
  /** b x b, upper triangular: Q = I - V T V^T. Zero beyond the min(m - row, b) reflectors. */
  readonly t: Tile
  /** b x b, upper triangular; zero beyond the reflectors. */
  readonly r: Tile
}

/** QR of a panel with explicit V, so that plain products apply it. LAPACK xGEQRT with one block. */
export async function panelQr({ g, t, r }: PanelQr, row: number): Promise<void> {
  await callNative((addon) => addon.panelQr(g, t, r, row))
}

/** C := C - V Z^T - X W^T for `left` V and X (m x b), `right` Z and W (n x b), as one product. */
export async function subtractTwoProducts(
  c: Tile,
  factors: { readonly left: readonly [Tile, Tile]; readonly right: readonly [Tile, Tile] },
): Promise<void> {
  const {
    left: [v, x],
    right: [z, w],
  } = factors
  await callNative((addon) => addon.subtractTwoProducts(c, v, z, x, w))
}

/** Tiles that take the reflectors of {@link bandToBidiagonal}, n x n both. */
export interface ChaseReflectors {
  readonly left: Tile
  readonly right: Tile
}

/**
 * Upper band to bidiagonal form, B = U2 Bd V2^T, by bulge chasing with reflectors as long as the band is wide.
 * Haidar, Ltaief, Luszczek, Dongarra, IPDPS 2012. About 8 n^2 b flops.
 *
 * @param ab (b + 1) x n, LAPACK band storage: element (i, j) at row b + i - j of column j
 * @param bd n x 2: diagonal, and superdiagonal below a zero
 * @param options.threads within this call; the result does not depend on it
 */
export async function bandToBidiagonal(
  ab: Tile,
  bd: Tile,
  options: { readonly reflectors?: ChaseReflectors | undefined; readonly threads?: number } = {},
): Promise<void> {
  const { left = noTile(ab), right = noTile(ab) } = options.reflectors ?? {}
  await callNative((addon) => addon.bandToBidiagonal(ab, bd, left, right, options.threads ?? 1))
}

/**
 * Singular values of a bidiagonal matrix into s (n x 1), descending, and its singular vectors as columns of u and v (n x n).
 * LAPACK xBDSQR (dqds) without vectors, xBDSDC (divide and conquer) with.
 * @throws NotConvergedError
 */
export async function bidiagonalSvd(
  bd: Tile,
  s: Tile,
  vectors?: { readonly u: Tile; readonly v: Tile } | undefined,
): Promise<void> {
  const { u = noTile(bd), v = noTile(bd) } = vectors ?? {}
  const info = await callNative((addon) => addon.bidiagonalSvd(bd, s, u, v))
  if (info !== 0) throw new NotConvergedError(vectors ? 'bdsdc' : 'bdsqr', 'singular values', info)
}

/** X := U2 X (or V2 X): the reflectors of {@link bandToBidiagonal}, in blocks. About 2 n^2 k flops for X of n x k. */
export async function bandReflect(x: Tile, reflectors: Tile, width: number): Promise<void> {
  await callNative((addon) => addon.bandReflect(x, reflectors, width))
}

/**
 * Singular value decomposition of one tile, A = U diag(s) VT, s descending, A m x n.
 * LAPACK xGESDD, and xGESVD where that does not converge.
 *
 * @param s k x 1, k = min(m, n)
 * @param vectors u m x k and vt k x n, or m x m and n x n
 * @throws NotConvergedError when neither converges
 */
export async function denseSvd(
  a: Tile,
  s: Tile,
  vectors?: { readonly u: Tile; readonly vt: Tile } | undefined,
): Promise<void> {
  const { u = noTile(a), vt = noTile(a) } = vectors ?? {}
  const info = await callNative((addon) => addon.denseSvd(a, s, u, vt))
  if (info !== 0) throw new NotConvergedError('gesdd', 'singular values', info)
}
