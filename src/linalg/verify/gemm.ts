import { type BigMatrix, transposed } from '../../matrix/index.ts'
import { tiledAs } from '../algorithm.ts'
import { type GemmOptions, gemmOptions } from '../gemm.ts'
import { scaledRatio, type Verdict, verdict } from './ratio.ts'
import { norm1, type ResidualOptions, residualNorm1 } from './residual.ts'
import type { VerifySpec } from './spec.ts'

/**
 * ||C - alpha op(A) op(B) - beta C0|| / ((k |alpha| ||A|| ||B|| + |beta| ||C0||) eps) in the 1-norm: the bound of a product's rounding errors.
 * @param C the result that is judged; `given.C0` is what was added
 * @throws InputError when shapes do not fit
 */
export async function verifyGemm(
  A: BigMatrix,
  B: BigMatrix,
  C: BigMatrix,
  given: GemmOptions & { readonly C0?: BigMatrix | undefined } = {},
  options: ResidualOptions = {},
): Promise<Verdict> {
  const { transposeA = false, transposeB = false, alpha = 1, beta = 1 } = given
  const left = transposeA ? transposed(A) : A
  const [mb = 1, kb = 1] = left.layout.tile
  const [rows = 1, cols = 1] = B.layout.tile
  const nb = transposeB ? rows : cols
  const addend = given.C0 ? { array: tiledAs(given.C0, [mb, nb]), beta } : undefined
  const right = tiledAs(B, transposeB ? [nb, kb] : [kb, nb])
  const residual = { target: tiledAs(C, [mb, nb]), left, right, rightTransposed: transposeB, alpha, addend }
  const numerator = await residualNorm1(residual, options)
  const k = left.layout.shape[1] ?? 1
  const product = [await norm1(left, options), await norm1(transposeB ? transposed(B) : B, options), Math.abs(alpha)]
  const dtype = C.layout.dtype
  const productRatio = scaledRatio(numerator, [k, ...product], dtype)
  const addendRatio = addend
    ? scaledRatio(numerator, [await norm1(addend.array, options), Math.abs(beta)], dtype)
    : Infinity
  // 1 / (p + c) of the two bounds, without forming products that may overflow.
  const ratio = numerator === 0 ? 0 : 1 / (1 / productRatio + 1 / addendRatio)
  const formula = addend
    ? '||C - alpha A B - beta C0||_1 / ((k |alpha| ||A||_1 ||B||_1 + |beta| ||C0||_1) eps)'
    : '||C - alpha A B||_1 / (k |alpha| ||A||_1 ||B||_1 eps)'
  return verdict('gemm', formula, ratio)
}

/** `verify gemm A B C`. */
export const gemmVerification: VerifySpec<GemmOptions> = {
  name: 'gemm',
  summary: 'C - alpha op(A) op(B) - beta C0',
  matrices: ['A', 'B', 'C'],
  named: { c: 'C0' },
  options: gemmOptions,
  judge: ({ A, B, C, C0 }, options) => verifyGemm(A!, B!, C!, { ...options, C0 }, options),
}
