/** Judgement of what only moves elements: transpose and reshard. */

import { type BigMatrix, transposed } from '../../matrix/index.ts'
import { dimensions } from '../algorithm.ts'
import { type Expected, elementRatio, whole } from './elements.ts'
import { type Verdict, verdict } from './ratio.ts'
import type { ResidualOptions } from './residual.ts'
import type { VerifySpec } from './spec.ts'

const same = (value = 0): Expected => [value, Math.abs(value)]

/** max_ij |b_ij - a_ji| / (|a_ji| eps): 0 unless something went wrong. */
export async function verifyTranspose(A: BigMatrix, B: BigMatrix, options: ResidualOptions = {}): Promise<Verdict> {
  dimensions(A)
  dimensions(B)
  const ratio = await elementRatio(B, [transposed(whole(A))], same, options)
  return verdict('transpose', 'max_ij |b_ij - a_ji| / (|a_ji| eps)', ratio)
}

/** max_ij |b_ij - a_ij| / (|a_ij| eps), with eps of B and A rounded to its dtype: 0 unless something went wrong. */
export async function verifyReshard(A: BigMatrix, B: BigMatrix, options: ResidualOptions = {}): Promise<Verdict> {
  dimensions(A)
  dimensions(B)
  const ratio = await elementRatio(B, [whole(A)], same, options)
  return verdict('reshard', 'max_ij |b_ij - a_ij| / (|a_ij| eps)', ratio)
}

/** `verify transpose A B`. */
export const transposeVerification: VerifySpec = {
  name: 'transpose',
  summary: 'B - A^T, by element',
  matrices: ['A', 'B'],
  options: {},
  judge: ({ A, B }, options) => verifyTranspose(A!, B!, options),
}

/** `verify reshard A B`. */
export const reshardVerification: VerifySpec = {
  name: 'reshard',
  summary: 'B - A, by element',
  matrices: ['A', 'B'],
  options: {},
  judge: ({ A, B }, options) => verifyReshard(A!, B!, options),
}
