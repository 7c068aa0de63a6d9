import { InputError } from '../../errors.ts'
import { FrobeniusSum, type Tile } from '../../kernels/index.ts'
import { type BigMatrix, type TileArray, transposed } from '../../matrix/index.ts'
import { dimensions, requireSameDtype, tiledAs } from '../algorithm.ts'
import { centred } from './centred.ts'
import { whole } from './elements.ts'
import { orthogonalityNorm1 } from './gram.ts'
import { gramOf, largestOutside, Rows } from './gram-products.ts'
import { epsilon, scaledRatio, type Verdict } from './ratio.ts'
import type { ResidualOptions } from './residual.ts'
import { readVector } from './scaled-columns.ts'
import type { VerifySpec } from './spec.ts'

/** That of singular values: LAPACK TESTING. */
const threshold = 50
/** Components that are worked on at once, at most. */
const widest = 1024

const formula =
  'max(||X^T X V - V diag(s^2)||_F / (p ||X||_F^2 ulp), |s_i - ||X v_i||_2| / (p ||X||_F ulp), ||I - V^T V||_1 / (n ulp)), X = A - e mu^T, V = C^T, p = max(m, n)'

/**
 * Whether the rows of C (k x n) are the first k right singular vectors of A (m x n) less the means of its columns, which are computed again: the
 * largest ratio of the formula above. s are the values S or, without them, ||X v_i||_2, and must descend. ||X||_F^2 has ulp ||e mu^T||_F^2
 * added to it, which is what rounding of means does to X^T X.
 *
 * Components that were left out are looked for by a few steps of the power method on what remains: those with singular values well above the last of s are found.
 * @throws InputError when shapes do not fit
 */
export async function verifyPca(
  A: BigMatrix,
  C: TileArray,
  S: TileArray | undefined,
  options: ResidualOptions = {},
): Promise<Verdict> {
  requireSameDtype('verify pca', A, C)
  const [{ m, n, nb }, c] = [dimensions(whole(A)), dimensions(C)]
  if (c.n !== n || c.m > Math.min(m, n)) {
    throw new InputError(`verify pca: A is ${m} x ${n} and C ${c.m} x ${c.n}; C must be k x n, k <= min(m, n)`)
  }
  const { dtype } = A.layout
  const ulp = 2 * epsilon[dtype]
  const { array, unit, shift } = await centred(whole(A), options.signal)
  const centredRows = new Rows(array, options)
  const components = new Rows(tiledAs(C, [Math.min(c.mb, c.m, widest), nb]), options)
  const norm = await centredRows.norm()
  const s = S && (await readVector(S, c.m, options.signal)).map((value) => value / unit)
  const residual = new FrobeniusSum()
  const lengths: number[] = []
  for (let block = 0; block < components.count; block++) {
    const rows = await components.read(block)
    const { gram, norms } = await gramOf(centredRows, rows)
    const values = s?.subarray(lengths.length, lengths.length + norms.length) ?? norms
    lengths.push(...norms)
    for (const [j, g] of gram.entries()) {
      subtractScaled(g, rows[j]!, values)
      await residual.add(g)
    }
  }
  const p = Math.max(m, n)
  const size = Math.hypot(norm, Math.sqrt(ulp) * shift)
  // |a^2 - b^2|: means that are off by d change squares by m d^2.
  const apart = (a: number, b: number): number =>
    scaledRatio(Math.abs(a - b) * (a + b), [p, norm * (a + b) + ulp * shift ** 2], dtype)
  const rising = (value: number, least: number): number => (value > least ? apart(value, least) : 0)
  const ratios = [
    scaledRatio(residual.value, [p, size, size], dtype),
    scaledRatio(await orthogonalityNorm1(transposed(components.array), options), [n], dtype),
    ...lengths.map((length, i) => apart(s?.[i] ?? length, length)),
    ...lengths.slice(1).map((length, i) => rising(length, lengths[i]!)),
    s === undefined || isDescending(s) ? 0 : Number.POSITIVE_INFINITY,
    c.m < Math.min(m - 1, n) ? rising(await largestOutside(centredRows, components), lengths.at(-1)!) : 0,
  ]
  // Ulps are two of the epsilons of linear equations.
  const ratio = ratios.reduce((most, value) => Math.max(most, value), 0) / 2
  return { algorithm: 'pca', formula, ratio, threshold, passed: ratio <= threshold }
}

const isDescending = (s: Float64Array): boolean =>
  s.every((value, at) => value >= 0 && (at === 0 || value <= s[at - 1]!))

/** G -= diag(values^2) C */
function subtractScaled(g: Tile, c: Tile, values: Float64Array): void {
  for (let col = 0; col < g.cols; col++) {
    for (let row = 0; row < g.rows; row++) {
      g.data[row + col * g.ld]! -= values[row]! ** 2 * c.data[row + col * c.ld]!
    }
  }
}

/** `verify pca A C`, or `verify pca A C S`. */
export const pcaVerification: VerifySpec = {
  name: 'pca',
  summary:
    'singular vectors of A - e mu^T: X^T X V - V diag(s^2) and I - C C^T, and the order of s; with S also its values',
  matrices: ['A', 'C'],
  optional: ['S'],
  options: {},
  judge: ({ A, C, S }, options) => verifyPca(A!, C!, S, options),
}
