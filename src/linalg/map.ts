import { InputError } from '../errors.ts'
import type { BigMatrix } from '../matrix/index.ts'
import { dimensions, layoutOf, requireSameDtype, shipped } from './algorithm.ts'
import type { ProgramSpec } from './spec.ts'
import { structureOf, tileOf, wholeInput } from './whole.ts'

const unary = ['scale', 'abs', 'exp', 'sqrt', 'log'] as const
const binary = ['add', 'subtract', 'multiply', 'divide'] as const
/** Functions of one element; those of zero are zero. */
const keepsZeros: readonly string[] = ['scale', 'abs', 'sqrt']
/** Functions that take alpha. */
const takesAlpha: readonly string[] = ['scale', 'add', 'subtract']

export type MapOperation = (typeof unary)[number] | (typeof binary)[number]

export interface MapOptions {
  /** `scale` is alpha A, `add` A + alpha B, `subtract` A - alpha B; the others are of the elements alone. */
  readonly op: MapOperation
  /** @default 1 */
  readonly alpha?: number | undefined
}

/**
 * C = f(A) or f(A, B), element by element, in the dtype of A; m n flops. What has no value becomes NaN and what is too large infinite, as in NumPy.
 * B is cut as A is. @throws InputError when B is missing, not wanted or of another shape, or alpha has no meaning
 */
export const map: ProgramSpec<MapOptions> = {
  name: 'map',
  summary: 'C = f(A) or f(A, B), element by element',
  examples: [
    'numpywren map work/A -o work/C --op scale --alpha 0.5',
    'numpywren map work/A -o work/C --op subtract --b work/B',
  ],
  operands: [
    { name: 'A', description: 'm x n' },
    { name: 'B', description: 'the other matrix of add, subtract, multiply and divide, m x n', option: 'b' },
  ],
  results: [{ name: 'C', option: 'output', short: 'o', description: 'm x n', when: 'always' }],
  options: {
    op: {
      kind: 'choice',
      choices: [...unary, ...binary],
      description: 'the function: alpha A, |A|, e^A, its root, its logarithm; A + alpha B, A - alpha B, A B, A / B',
    },
    alpha: { kind: 'number', description: 'factor of scale, add and subtract', otherwise: '1' },
  },
  program: 'map',
  plan(call) {
    const { op, alpha = 1 } = call.options
    const [A, B] = [call.operand('A'), call.optional('B')]
    checkCall(call.options, A, B)
    const { m, n, mt, nt } = dimensions(A)
    const tile = tileOf(A)
    const code = B
      ? Math.max(0, binary.indexOf(op as (typeof binary)[number]) - 1)
      : unary.indexOf(op as (typeof unary)[number])
    const C = {
      ...call.place('C'),
      layout: layoutOf(A, [m, n], tile),
      attributes: keepsZeros.includes(op) ? structureOf(A) : {},
    }
    return {
      name: 'map',
      program: shipped(B ? 'map_pair' : 'map'),
      args: { M: mt, N: nt, op: code, alpha: op === 'subtract' ? -alpha : alpha },
      bindings: { A: wholeInput(A), ...(B ? { B: wholeInput(B, tile) } : {}), C },
      parameters: { op, alpha },
      results: { C: 'C' },
    }
  },
}

function checkCall({ op, alpha }: Partial<MapOptions>, A: BigMatrix, B: BigMatrix | undefined): void {
  if (op === undefined) throw new InputError(`map: op is missing; it is one of ${[...unary, ...binary].join(', ')}`)
  const isBinary = (binary as readonly string[]).includes(op)
  if (isBinary && B === undefined) throw new InputError(`map: ${op} takes a second matrix; give it with --b`)
  if (!isBinary && B !== undefined) throw new InputError(`map: ${op} takes one matrix, but --b gives another`)
  if (alpha !== undefined && !takesAlpha.includes(op))
    throw new InputError(`map: ${op} takes no alpha; ${takesAlpha.join(', ')} do`)
  if (B === undefined) return
  requireSameDtype('map', A, B)
  const [a, b] = [dimensions(A), dimensions(B)]
  if (a.m !== b.m || a.n !== b.n)
    throw new InputError(`map: ${A.url} is ${a.m} x ${a.n} and ${B.url} is ${b.m} x ${b.n}; they must agree`)
}
