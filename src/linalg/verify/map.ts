import { InputError } from '../../errors.ts'
import type { BigMatrix } from '../../matrix/index.ts'
import { dimensions } from '../algorithm.ts'
import { type MapOperation, type MapOptions, map } from '../map.ts'
import { type Expected, elementRatio, whole } from './elements.ts'
import { type Verdict, verdict } from './ratio.ts'
import type { ResidualOptions } from './residual.ts'
import type { VerifySpec } from './spec.ts'

const exactly = (value: number): Expected => [value, Math.abs(value)]

/** What each operation should give. */
const functions: Readonly<Record<MapOperation, (a: number, b: number, alpha: number) => Expected>> = {
  scale: (a, _, alpha) => exactly(alpha * a),
  abs: (a) => exactly(Math.abs(a)),
  exp: (a) => exactly(Math.exp(a)),
  sqrt: (a) => exactly(Math.sqrt(a)),
  log: (a) => exactly(Math.log(a)),
  add: (a, b, alpha) => [a + alpha * b, Math.abs(a) + Math.abs(alpha * b)],
  subtract: (a, b, alpha) => [a - alpha * b, Math.abs(a) + Math.abs(alpha * b)],
  multiply: (a, b) => exactly(a * b),
  divide: (a, b) => exactly(a / b),
}

/**
 * max_ij |c_ij - f(a_ij, b_ij)| / (|f| eps), of sums (|a_ij| + |alpha b_ij|) eps: a few roundings at most.
 * @param B of the operations that take two matrices
 */
export async function verifyMap(
  { A, B, C }: { readonly A: BigMatrix; readonly B?: BigMatrix | undefined; readonly C: BigMatrix },
  { op, alpha = 1 }: Partial<MapOptions>,
  options: ResidualOptions = {},
): Promise<Verdict> {
  if (op === undefined) throw new InputError('verify map: op is missing; give it as it was given to map')
  dimensions(C)
  const f = functions[op]
  const operands = [A, ...(B ? [B] : [])].map(whole)
  const ratio = await elementRatio(C, operands, (a = 0, b = 0) => f(a, b, alpha), options)
  return verdict('map', 'max_ij |c_ij - f(a_ij, b_ij)| / (size eps)', ratio)
}

/** `verify map A C --op OP [--b B]`. */
export const mapVerification: VerifySpec<Partial<MapOptions>> = {
  name: 'map',
  summary: 'C - f(A, B), by element',
  matrices: ['A', 'C'],
  named: { b: 'B' },
  options: map.options,
  judge: ({ A, B, C }, options) => verifyMap({ A: A!, B, C: C! }, options, options),
}
