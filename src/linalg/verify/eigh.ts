import { InputError } from '../../errors.ts'
import { FrobeniusSum, type Tile } from '../../kernels/index.ts'
import { type BigMatrix, symmetric, type TileArray } from '../../matrix/index.ts'
import { dimensions, requireSquare, tiledAs } from '../algorithm.ts'
import { type EighOptions, eighOptions } from '../eigh.ts'
import { orthogonalityNorm1 } from './gram.ts'
import { scaledRatio, type Verdict } from './ratio.ts'
import { norm1, type ResidualOptions, residualNorm1 } from './residual.ts'
import { readVector, scaledColumns } from './scaled-columns.ts'
import type { VerifySpec } from './spec.ts'

/** LAPACK TESTING, symmetric eigenvalue problem. */
const threshold = 60

/** Ratios of eigenvalues are counted in ulps, which are two of the epsilons of linear equations. */
const inUlps = (ratio: number): number => ratio / 2

/**
 * The larger one of ||A - V diag(w) V^T||_1 / (n ||A||_1 ulp) and ||I - V^T V||_1 / (n ulp), and infinite where w is not ascending.
 * LAPACK TESTING/EIG xSYT21.
 *
 * Without V, of the sums that eigenvalues leave as they are: trace and Frobenius norm, each off by at most n ||A||_F ulp. That finds values that
 * are wrong in sum, not which one, and not values that are wrong the same way up and down.
 * @param A n x n; with `assume: 'symmetric'`, or noted as symmetric, the matrix whose lower half it holds
 * @param W n eigenvalues
 * @param V n x n, an eigenvector a column
 * @throws InputError when shapes do not fit
 */
export async function verifyEigh(
  A: BigMatrix,
  W: TileArray,
  V: TileArray | undefined,
  given: Pick<EighOptions, 'assume'> = {},
  options: ResidualOptions = {},
): Promise<Verdict> {
  const { n, nb } = requireSquare(A, 'verify eigh')
  const w = await readVector(W, n, options.signal)
  const { dtype } = A.layout
  const square = tiledAs(A, [nb, nb])
  const isHalf = given.assume === 'symmetric' || A.attributes.structure === 'symmetric'
  const target = isHalf ? symmetric(square, 'lower') : square
  if (V === undefined) return verifyValues(target, w, options)
  const v = dimensions(V)
  if (v.m !== n || v.n !== n) {
    throw new InputError(`verify eigh: ${V.url} is ${v.m} x ${v.n}; ${n} x ${n} is wanted, an eigenvector a column`)
  }
  const vectors = tiledAs(V, [nb, nb])
  const residual = { target, left: scaledColumns(vectors, w), right: vectors, rightTransposed: true }
  const norm = await norm1(target, options)
  const backward = scaledRatio(await residualNorm1(residual, options), [n, norm], dtype)
  const orthogonality = scaledRatio(await orthogonalityNorm1(vectors, options), [n], dtype)
  return judged(
    'max(||A - V diag(w) V^T||_1 / (n ||A||_1 ulp), ||I - V^T V||_1 / (n ulp))',
    isAscending(w) ? Math.max(backward, orthogonality) : Number.POSITIVE_INFINITY,
  )
}

async function verifyValues(A: TileArray, w: Float64Array, options: ResidualOptions): Promise<Verdict> {
  const n = w.length
  const { dtype } = A.layout
  const whole = new FrobeniusSum()
  const [nt = 1] = A.grid
  const side = A.layout.tile[0] ?? 1
  // Divided by n as it grows, so that it does not overflow.
  let difference = 0
  for (let j = 0; j < nt; j++) {
    for (let i = 0; i < nt; i++) {
      const tile = await A.readTile([i, j], { signal: options.signal })
      await whole.add(tile)
      if (i !== j) continue
      for (let r = 0; r < tile.rows; r++) difference += (tile.data[r + r * tile.ld]! - w[j * side + r]!) / n
    }
  }
  const values = new FrobeniusSum()
  await values.add(columnOf(w))
  const trace = scaledRatio(Math.abs(difference), [whole.value], dtype)
  const norm = scaledRatio(Math.abs(whole.value - values.value), [n, whole.value], dtype)
  return judged(
    'max(|tr A - sum w|, | ||A||_F - ||w||_2 |) / (n ||A||_F ulp), which judges the values in sum',
    isAscending(w) ? Math.max(trace, norm) : Number.POSITIVE_INFINITY,
  )
}

const columnOf = (data: Float64Array): Tile => ({ data, rows: data.length, cols: 1, ld: Math.max(1, data.length) })

const isAscending = (w: Float64Array): boolean => w.every((value, at) => at === 0 || value >= w[at - 1]!)

function judged(formula: string, epsilons: number): Verdict {
  const ratio = inUlps(epsilons)
  return { algorithm: 'eigh', formula, ratio, threshold, passed: ratio <= threshold }
}

/** `verify eigh A W V`, or `verify eigh A W`. */
export const eighVerification: VerifySpec<Pick<EighOptions, 'assume'>> = {
  name: 'eigh',
  summary:
    'A - V diag(w) V^T and I - V^T V; where only W is given, trace and Frobenius norm, which show that values are wrong and not which',
  matrices: ['A', 'W'],
  optional: ['V'],
  options: { assume: eighOptions.assume },
  judge: ({ A, W, V }, options) => verifyEigh(A!, W!, V, options, options),
}
