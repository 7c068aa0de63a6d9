/** Floating point operations by the counts of LAPACK Working Note 41, for m x n tiles and inner dimension k. */

/** Cholesky of order n: n^3/3 + n^2/2 + n/6. */
export const potrfFlops = (n: number): number => n ** 3 / 3 + n ** 2 / 2 + n / 6
/** LU of an m x n matrix, leading terms: m n^2 - n^3/3 for m >= n, and with m and n exchanged otherwise. */
export const getrfFlops = (m: number, n: number): number =>
  Math.max(m, n) * Math.min(m, n) ** 2 - Math.min(m, n) ** 3 / 3
/** Triangular solve with a triangle of the given order and that many right-hand sides: order^2 rhs. */
export const trsmFlops = (order: number, rhs: number): number => order ** 2 * rhs
/** Symmetric rank-k update of order n: k n (n + 1). */
export const syrkFlops = (n: number, k: number): number => k * n * (n + 1)
/** Product: 2 m n k. */
export const gemmFlops = (m: number, n: number, k: number): number => 2 * m * n * k
/** QR: 2 m n^2 - 2/3 n^3, with m and n exchanged where m < n. */
export const geqrtFlops = (m: number, n: number): number => {
  const k = Math.min(m, n)
  return 2 * Math.max(m, n) * k ** 2 - (2 / 3) * k ** 3
}
/** Product of the m x m Q of min(m, n) reflectors with k columns: 4 m r k - 2 r^2 k. */
export const gemqrtFlops = (m: number, n: number, k: number): number => {
  const r = Math.min(m, n)
  return 4 * m * r * k - 2 * r ** 2 * k
}
/** QR of a triangle of order n on m rows: 2 m n^2; on a triangle a third of it. */
export const tpqrtFlops = (m: number, n: number, triangle: boolean): number => (2 * m * n ** 2) / (triangle ? 3 : 1)
/** Product of its Q with k columns: 4 m n k, half of it on a triangle. */
export const tpmqrtFlops = (m: number, n: number, k: number, triangle: boolean): number =>
  (4 * m * n * k) / (triangle ? 2 : 1)
