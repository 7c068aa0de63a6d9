import { randomUniform, seeded } from './random-block.ts'

/** How the given singular values or eigenvalues lie; the numbers are the MODEs of LAPACK's test matrices (TESTING/MATGEN/dlatm1.f). */
export type SpectrumMode = 1 | 2 | 3 | 4 | 5 | 6

export interface SpectrumOptions {
  readonly mode: SpectrumMode
  /** Largest over smallest value; mode 6 does not look at it. */
  readonly cond: number
  /** Values that are not zero. */
  readonly rank: number
  readonly seed: number
}

/** A random stream of {@link randomUniform} for modes 5 and 6. */
const valuesStream = 2

/**
 * The r = rank values of a mode and then zeros; i counts from 0 to r - 1:
 *
 *   1  1, then 1 / cond                  4  1 - i / (r - 1) (1 - 1 / cond), arithmetic
 *   2  1, and 1 / cond at the end        5  cond^-u with u uniform in [0, 1), unordered
 *   3  cond^(-i / (r - 1)), geometric    6  uniform in (0, 1], unordered
 *
 * A single value is 1 in modes 1 to 4. @returns `length` numbers, of which those from `rank` on are 0
 */
export function spectrum(length: number, { mode, cond, rank, seed }: SpectrumOptions): Float64Array {
  const values = new Float64Array(length)
  const last = rank - 1
  const random = mode >= 5 ? randomUniform(seeded(seed), valuesStream, rank) : undefined
  for (let i = 0; i < rank; i++) {
    if (random) values[i] = mode === 5 ? cond ** -random[i]! : 1 - random[i]!
    else if (i === 0) values[i] = 1
    else if (i === last) values[i] = 1 / cond
    else if (mode === 1) values[i] = 1 / cond
    else if (mode === 2) values[i] = 1
    else if (mode === 3) values[i] = cond ** (-i / last)
    else values[i] = 1 - (i / last) * (1 - 1 / cond)
  }
  return values
}
