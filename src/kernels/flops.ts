/** Floating point operations by the counts of LAPACK Working Note 41, for m x n tiles and inner dimension k. */

/** Cholesky of order n: n^3/3 + n^2/2 + n/6. */
export const potrfFlops = (n: number): number => n ** 3 / 3 + n ** 2 / 2 + n / 6
/** Triangular solve with a triangle of the given order and that many right-hand sides: order^2 rhs. */
export const trsmFlops = (order: number, rhs: number): number => order ** 2 * rhs
/** Symmetric rank-k update of order n: k n (n + 1). */
export const syrkFlops = (n: number, k: number): number => k * n * (n + 1)
/** Product: 2 m n k. */
export const gemmFlops = (m: number, n: number, k: number): number => 2 * m * n * k
