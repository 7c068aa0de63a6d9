import { InputError } from '../../errors.ts'
import type { BigMatrix, TileArray } from '../../matrix/index.ts'
import { tiledAs } from '../algorithm.ts'
import { squareTiles } from '../square-tiles.ts'
import { isPermutation, PermutedRows } from './permuted-rows.ts'
import { scaledRatio, type Verdict, verdict } from './ratio.ts'
import { norm1, type ResidualOptions, residualNorm1 } from './residual.ts'
import type { VerifySpec } from './spec.ts'

/**
 * ||A[P] - L U|| / (n ||A|| eps) in the 1-norm; infinite when P is no permutation. LAPACK TESTING/LIN xGET01.
 * @throws InputError when A, L, U and P do not fit
 */
export async function verifyLu(
  A: BigMatrix,
  L: BigMatrix,
  U: BigMatrix,
  P: BigMatrix,
  options: ResidualOptions = {},
): Promise<Verdict> {
  const { m, n, side } = squareTiles(A)
  const inner = Math.min(m, n)
  expectShape('L', L, [m, inner])
  expectShape('U', U, [inner, n])
  if (P.layout.shape[0] !== m || P.layout.shape.some((extent, at) => at > 0 && extent !== 1)) {
    throw new InputError(`${P.url} has the shape ${P.layout.shape.join(' x ')}; ${m} row numbers are wanted`)
  }
  const { data } = await P.read()
  const order = Float64Array.from(data)
  const formula = '||A[P] - L U||_1 / (n ||A||_1 eps)'
  if (!isPermutation(order)) return verdict('lu', `${formula}; P is no permutation`, Number.POSITIVE_INFINITY)
  const cut = (matrix: TileArray, rows: number, cols: number): TileArray =>
    tiledAs(matrix, [Math.min(side, rows), Math.min(side, cols)])
  const given = cut(A, m, n)
  const memoryBytes = (options.memoryBytes ?? 2 ** 30) / 2
  const target = new PermutedRows(given, order, { memoryBytes, signal: options.signal })
  const residual = { target, left: cut(L, m, inner), right: cut(U, inner, n), leftLower: true }
  const numerator = await residualNorm1(residual, { ...options, memoryBytes })
  const ratio = scaledRatio(numerator, [n, await norm1(given, options)], A.layout.dtype)
  return verdict('lu', formula, ratio)
}

function expectShape(name: string, { layout, url }: BigMatrix, [rows, cols]: readonly [number, number]): void {
  const { shape } = layout
  if (shape.length === 2 && shape[0] === rows && shape[1] === cols) return
  throw new InputError(`${name} (${url}) is ${shape.join(' x ')}; ${rows} x ${cols} is wanted`)
}

/** `verify lu A L U P`. */
export const luVerification: VerifySpec = {
  name: 'lu',
  summary: 'A[P] - L U',
  matrices: ['A', 'L', 'U', 'P'],
  options: {},
  judge: ({ A, L, U, P }, options) => verifyLu(A!, L!, U!, P!, options),
}
