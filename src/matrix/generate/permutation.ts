import type { BlockWriter, KindParameters } from './kinds.ts'
import { randomUniform, seeded } from './random-block.ts'

/** The random stream of {@link randomUniform} that the permutation comes from. */
const permutationStream = 4

/** One 1 in every row and column, in random places (Fisher and Yates, as D. E. Knuth's algorithm P); keeps n indices. */
export function permutation({ shape: [n], seed }: KindParameters): BlockWriter {
  const rowOf = Float64Array.from({ length: n }, (_, j) => j)
  const random = randomUniform(seeded(seed), permutationStream, n)
  for (let last = n - 1; last > 0; last--) {
    const other = Math.floor(random[last]! * (last + 1))
    const kept = rowOf[last]!
    rowOf[last] = rowOf[other]!
    rowOf[other] = kept
  }
  return ({ out, ld, r0, c0, rows, cols }) => {
    for (let j = 0; j < cols; j++) {
      out.fill(0, j * ld, j * ld + rows)
      const i = rowOf[c0 + j]! - r0
      if (i >= 0 && i < rows) out[i + j * ld] = 1
    }
  }
}
