import type { KindParameters } from './kinds.ts'

/** Element (i, j) of a matrix, indices from 0. */
export type Element = (i: number, j: number) => number

export interface GalleryKind {
  readonly summary: string
  readonly isSquareOnly: boolean
  element(parameters: KindParameters): Element
}

export type GalleryName =
  | 'hilbert'
  | 'kahan'
  | 'wilkinson'
  | 'gfpp'
  | 'frank'
  | 'lehmer'
  | 'lotkin'
  | 'moler'
  | 'minij'
  | 'kms'
  | 'triw'
  | 'chebspec'
  | 'orthog'
  | 'cauchy'
  | 'clement'
  | 'riemann'
  | 'parter'
  | 'identity'
  | 'zeros'

/** The angle of Kahan's matrix, as in MATLAB's gallery. */
const kahanTheta = 1.2
/** The multiplier of the matrix of N. J. Higham and D. J. Higham, SIAM J. Matrix Anal. Appl. 10(2), 1989: LU grows by 1 + c a step. */
const gfppC = 0.5
const kmsRho = 0.5

/**
 * Matrices with a closed form. Where MATLAB's gallery has one of the name it is that one with its default parameters, except `gfpp`
 * (there c = 1, which is `wilkinson` here). N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., chapter 28.
 */
export const gallery: Readonly<Record<GalleryName, GalleryKind>> = {
  hilbert: anyShape('1 / (i + j + 1), very ill conditioned', (i, j) => 1 / (i + j + 1)),
  kahan: {
    summary: 'upper triangular, sin(1.2)^i times 1 on the diagonal and -cos(1.2) above it; deceives pivoted QR',
    isSquareOnly: false,
    element: () => {
      const s = Math.sin(kahanTheta)
      const c = Math.cos(kahanTheta)
      return (i, j) => (i > j ? 0 : s ** i * (i === j ? 1 : -c))
    },
  },
  wilkinson: square(
    '1 on the diagonal and in the last column, -1 below the diagonal; LU with partial pivoting grows to 2^(n-1)',
    (i, j, n) => (i === j || j === n - 1 ? 1 : i > j ? -1 : 0),
  ),
  gfpp: square('as wilkinson, but -1/2 below the diagonal; LU with partial pivoting grows to 1.5^(n-1)', (i, j, n) =>
    i === j || j === n - 1 ? 1 : i > j ? -gfppC : 0,
  ),
  frank: square('upper Hessenberg, n - max(i, j); determinant 1, some eigenvalues ill conditioned', (i, j, n) =>
    j < i - 1 ? 0 : n - Math.max(i, j),
  ),
  lehmer: anyShape(
    '(min(i, j) + 1) / (max(i, j) + 1), symmetric positive definite',
    (i, j) => (Math.min(i, j) + 1) / (Math.max(i, j) + 1),
  ),
  lotkin: anyShape('the Hilbert matrix with ones in the first row, unsymmetric', (i, j) =>
    i === 0 ? 1 : 1 / (i + j + 1),
  ),
  moler: anyShape('min(i, j) - 1, diagonal i + 1; symmetric positive definite with one tiny eigenvalue', (i, j) =>
    i === j ? i + 1 : Math.min(i, j) - 1,
  ),
  minij: anyShape('min(i, j) + 1, symmetric positive definite', (i, j) => Math.min(i, j) + 1),
  kms: anyShape(
    '0.5^abs(i - j) (Kac, Murdock, Szego), symmetric positive definite',
    (i, j) => kmsRho ** Math.abs(i - j),
  ),
  triw: anyShape('upper triangular, 1 on the diagonal and -1 above it; one singular value near 2^-n', (i, j) =>
    i > j ? 0 : i === j ? 1 : -1,
  ),
  chebspec: {
    summary: 'differentiation at the Chebyshev points; nilpotent, so of rank n - 1',
    isSquareOnly: true,
    element: ({ shape: [n] }) => chebyshevDifferentiation(n - 1),
  },
  orthog: {
    summary: 'sqrt(2 / (n + 1)) sin((i + 1) (j + 1) pi / (n + 1)), symmetric orthogonal',
    isSquareOnly: false,
    element: ({ shape }) => {
      const order = Math.max(...shape) + 1
      const scale = Math.sqrt(2 / order)
      // The sine has period 2 (n + 1) in the product of the indices.
      return (i, j) => scale * Math.sin(((((i + 1) * (j + 1)) % (2 * order)) * Math.PI) / order)
    },
  },
  cauchy: anyShape('1 / (i + j + 2), symmetric positive definite and very ill conditioned', (i, j) => 1 / (i + j + 2)),
  clement: square(
    'tridiagonal, diagonal 0, i + 1 above it and n - j - 1 below; eigenvalues n - 1, n - 3, ..., 1 - n',
    (i, j, n) => (j === i + 1 ? j : j === i - 1 ? n - i : 0),
  ),
  riemann: anyShape('i + 1 where i + 2 divides j + 2, else -1', (i, j) => ((j + 2) % (i + 2) === 0 ? i + 1 : -1)),
  parter: anyShape('1 / (i - j + 1/2), Toeplitz; most singular values close to pi', (i, j) => 1 / (i - j + 0.5)),
  identity: anyShape('1 on the diagonal, else 0', (i, j) => (i === j ? 1 : 0)),
  zeros: anyShape('0 everywhere', () => 0),
}

function anyShape(summary: string, element: Element): GalleryKind {
  return { summary, isSquareOnly: false, element: () => element }
}

function square(summary: string, element: (i: number, j: number, n: number) => number): GalleryKind {
  return {
    summary,
    isSquareOnly: true,
    element:
      ({ shape: [n] }) =>
      (i, j) =>
        element(i, j, n),
  }
}

/**
 * The derivative at x(i) = cos(i pi / N), i = 0 to N, of the polynomial with given values there; c = 2 at both ends and 1 between:
 *
 *   D(i,j) = (c(i) / c(j)) (-1)^(i+j) / (x(i) - x(j)),   D(i,i) = -x(i) / (2 (1 - x(i)^2)),   D(0,0) = -D(N,N) = (2 N^2 + 1) / 6.
 *
 * Differences of cosines as products of sines, which do not cancel. L. N. Trefethen, Spectral Methods in MATLAB, 2000, theorem 7.
 */
function chebyshevDifferentiation(N: number): Element {
  const end = (i: number): boolean => i === 0 || i === N
  const half = Math.PI / 2 / N
  return (i, j) => {
    if (N === 0) return 0
    if (i === j) {
      if (end(i)) return ((i === 0 ? 1 : -1) * (2 * N * N + 1)) / 6
      return -Math.cos(2 * i * half) / (2 * Math.sin(2 * i * half) ** 2)
    }
    const difference = 2 * Math.sin((i + j) * half) * Math.sin((j - i) * half)
    return (((end(i) ? 2 : 1) / (end(j) ? 2 : 1)) * ((i + j) % 2 === 0 ? 1 : -1)) / difference
  }
}
