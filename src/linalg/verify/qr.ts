import { InputError } from '../../errors.ts'
import { retiled, type TileArray } from '../../matrix/index.ts'
import { dimensions } from '../algorithm.ts'
import { gramDifference, orthogonalityNorm1 } from './gram.ts'
import { scaledRatio, type Verdict, verdict } from './ratio.ts'
import { norm1, type ResidualOptions, residualNorm1 } from './residual.ts'
import type { VerifySpec } from './spec.ts'

/** ||I - Q^T Q||_1 / (m eps) for Q m x n. LAPACK TESTING/LIN xQRT01. */
export async function orthogonality(Q: TileArray, options: ResidualOptions = {}): Promise<number> {
  return scaledRatio(await orthogonalityNorm1(Q, options), [dimensions(Q).m], Q.layout.dtype)
}

/**
 * The larger one of ||A - Q R||_1 / (m ||A||_1 eps) and ||I - Q^T Q||_1 / (m eps), LAPACK TESTING/LIN xQRT01 and xQRT02, m being the larger side of A.
 * Without Q, R is judged by A^T A = R^T R: ||A^T A - R^T R||_1 / (m ||A^T A||_1 eps), which says nothing of small parts of an ill-conditioned A.
 *
 * @param A m x n; Q m x k; R k x n
 * @throws InputError when the shapes do not fit
 */
export async function verifyQr(
  A: TileArray,
  Q: TileArray | undefined,
  R: TileArray,
  options: ResidualOptions = {},
): Promise<Verdict> {
  const { m, n, mb, nb } = dimensions(A)
  const r = dimensions(R)
  const q = Q && dimensions(Q)
  if (r.n !== n || (q && (q.m !== m || q.n !== r.m))) {
    const shown = Q && q ? `${Q.url} (${q.m} x ${q.n}) and ` : ''
    throw new InputError(`verify qr: ${shown}${R.url} (${r.m} x ${r.n}) do not fit ${A.url} (${m} x ${n})`)
  }
  const size = Math.max(m, n)
  const [rows, cols, inner] = [Math.min(mb, m), Math.min(nb, n), Math.min(r.mb, r.m)]
  const [a, factor] = [cut(A, rows, cols), cut(R, inner, cols)]
  const { dtype } = A.layout
  if (Q === undefined) {
    const { difference, whole } = await gramDifference(a, factor, options)
    const ratio = scaledRatio(difference, [size, whole], dtype)
    return verdict('qr', '||A^T A - R^T R||_1 / (m ||A^T A||_1 eps)', ratio)
  }
  const residual = { target: a, left: cut(Q, rows, inner), right: factor }
  const backward = scaledRatio(await residualNorm1(residual, options), [size, await norm1(A, options)], dtype)
  const ratio = Math.max(backward, await orthogonality(Q, options))
  return verdict('qr', 'max(||A - Q R||_1 / (m ||A||_1 eps), ||I - Q^T Q||_1 / (m eps))', ratio)
}

function cut(array: TileArray, rows: number, cols: number): TileArray {
  const [mb, nb] = array.layout.tile
  return mb === rows && nb === cols ? array : retiled(array, [rows, cols])
}

/** `verify qr A Q R`, or `verify qr A R`. */
export const qrVerification: VerifySpec = {
  name: 'qr',
  summary: 'A - Q R and I - Q^T Q; A^T A - R^T R where only R is given',
  matrices: ['A'],
  optional: ['Q', 'R'],
  options: {},
  judge({ A, Q, R }, options) {
    // On the command line the last matrix is R.
    const last = R ?? Q
    if (last === undefined) throw new InputError('verify qr takes A Q R, or A R; R is missing')
    return verifyQr(A!, R && Q, last, options)
  },
}

/** `verify tsqr A Q R`: as for `qr`. */
export const tsqrVerification: VerifySpec = { ...qrVerification, name: 'tsqr' }
