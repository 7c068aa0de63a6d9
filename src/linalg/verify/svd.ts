import { InputError } from '../../errors.ts'
import { FrobeniusSum, type Tile } from '../../kernels/index.ts'
import { block, type TileArray } from '../../matrix/index.ts'
import { dimensions, tiledAs } from '../algorithm.ts'
import { orthogonalityNorm1 } from './gram.ts'
import { scaledRatio, type Verdict } from './ratio.ts'
import { norm1, type ResidualOptions, residualNorm1 } from './residual.ts'
import { readVector, scaledColumns } from './scaled-columns.ts'
import type { VerifySpec } from './spec.ts'

/** LAPACK TESTING, singular values. */
const threshold = 50

/** Ratios of singular values are counted in ulps, which are two of the epsilons of linear equations. */
const inUlps = (ratio: number): number => ratio / 2

/** Factors of a decomposition, to be judged against A (m x n). */
export interface SvdFactors {
  /** m x k, or m x m. */
  readonly U: TileArray
  /** k. */
  readonly S: TileArray
  /** n x k, or n x n. */
  readonly V: TileArray
}

/**
 * The largest one of ||A - U diag(s) V^T||_1 / (p ||A||_1 ulp), ||I - U^T U||_1 / (m ulp) and ||I - V^T V||_1 / (n ulp), p = max(m, n), and infinite
 * where s is not descending and nonnegative. LAPACK TESTING/EIG xBDT01, xORT01. With fewer than min(m, n) values A is judged
 * all the same, so that a truncated decomposition passes only where A has that rank.
 * @throws InputError when shapes do not fit
 */
export async function verifySvd(
  A: TileArray,
  { U, S, V }: SvdFactors,
  options: ResidualOptions = {},
): Promise<Verdict> {
  const { m, n, mb, nb } = dimensions(A)
  const k = S.layout.shape.reduce((product, extent) => product * extent, 1)
  const s = await readVector(S, k, options.signal)
  const [u, v] = [columnsOf('U', U, m, k), columnsOf('V', V, n, k)]
  const inner = Math.min(k, U.layout.tile[1] ?? k)
  const [rows, cols] = [Math.min(mb, m), Math.min(nb, n)]
  const [left, right] = [tiledAs(u, [rows, inner]), tiledAs(v, [cols, inner])]
  const target = tiledAs(A, [rows, cols])
  const { dtype } = A.layout
  const residual = { target, left: scaledColumns(left, s), right, rightTransposed: true }
  const ratios = [
    scaledRatio(await residualNorm1(residual, options), [Math.max(m, n), await norm1(target, options)], dtype),
    scaledRatio(await orthogonalityNorm1(asMatrix(U), options), [m], dtype),
    scaledRatio(await orthogonalityNorm1(asMatrix(V), options), [n], dtype),
    isDescending(s) ? 0 : Number.POSITIVE_INFINITY,
  ]
  return judged(
    'max(||A - U diag(s) V^T||_1 / (max(m, n) ||A||_1 ulp), ||I - U^T U||_1 / (m ulp), ||I - V^T V||_1 / (n ulp))',
    Math.max(...ratios),
  )
}

/**
 * | ||A||_F - ||s||_2 | / (p ||A||_F ulp), p = max(m, n), and infinite where s is not descending and nonnegative. It shows that values are wrong in
 * sum, not which one, and says nothing of those far below the largest.
 * @throws InputError when S has not min(m, n) values
 */
export async function verifySingularValues(
  A: TileArray,
  S: TileArray,
  options: ResidualOptions = {},
): Promise<Verdict> {
  const { m, n, mt, nt } = dimensions(A)
  const s = await readVector(S, Math.min(m, n), options.signal)
  const target = asMatrix(A)
  const whole = new FrobeniusSum()
  for (let j = 0; j < nt; j++) {
    for (let i = 0; i < mt; i++) await whole.add(await target.readTile([i, j], { signal: options.signal }))
  }
  const values = new FrobeniusSum()
  await values.add(columnOf(s))
  const ratio = scaledRatio(Math.abs(whole.value - values.value), [Math.max(m, n), whole.value], A.layout.dtype)
  return judged(
    '| ||A||_F - ||s||_2 | / (max(m, n) ||A||_F ulp), which judges the values in sum',
    isDescending(s) ? ratio : Number.POSITIVE_INFINITY,
  )
}

const columnOf = (data: Float64Array): Tile => ({ data, rows: data.length, cols: 1, ld: Math.max(1, data.length) })

/** As a matrix in its own tiles; a vector is one column. */
function asMatrix(array: TileArray): TileArray {
  const { mb, nb } = dimensions(array)
  return tiledAs(array, [mb, nb])
}

const isDescending = (s: Float64Array): boolean =>
  s.every((value, at) => value >= 0 && (at === 0 || value <= s[at - 1]!))

/** The first k columns. @throws InputError when the matrix has other rows, or fewer columns */
function columnsOf(name: string, array: TileArray, rows: number, k: number): TileArray {
  const shape = dimensions(array)
  if (shape.m !== rows || (shape.n !== k && shape.n !== rows) || shape.n < k) {
    throw new InputError(`verify svd: ${name} (${array.url}) is ${shape.m} x ${shape.n}; ${rows} x ${k} is wanted`)
  }
  return shape.n === k
    ? array
    : block(tiledAs(array, [Math.min(shape.mb, rows), k]), [
        [0, rows],
        [0, k],
      ])
}

function judged(formula: string, epsilons: number): Verdict {
  const ratio = inUlps(epsilons)
  return { algorithm: 'svd', formula, ratio, threshold, passed: ratio <= threshold }
}

/** `verify svd A U S V`, or `verify svd A S`. */
export const svdVerification: VerifySpec = {
  name: 'svd',
  summary:
    'A - U diag(s) V^T, I - U^T U and I - V^T V; where only S is given, its Frobenius norm, which shows that values are wrong and not which',
  matrices: ['A'],
  optional: ['U', 'S', 'V'],
  options: {},
  judge({ A, U, S, V }, options) {
    // On the command line S comes second where nothing else is given.
    if (U && S && V) return verifySvd(A!, { U, S, V }, options)
    const values = U === undefined ? S : S === undefined ? U : undefined
    if (values && V === undefined) return verifySingularValues(A!, values, options)
    throw new InputError('verify svd takes A U S V, or A S')
  },
}
