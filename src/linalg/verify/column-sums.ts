/** Sums by column over tiles that are worked on at the same time. */

/** Sums of one tile first, then one addition without a pause, so that tiles worked on at the same time do not collide. */
export async function addSums(into: Float64Array, add: (part: Float64Array) => Promise<void>): Promise<void> {
  const part = new Float64Array(into.length)
  await add(part)
  for (let index = 0; index < part.length; index++) into[index]! += part[index]!
}

/** The largest of sums of magnitudes; NaN when one is. */
export function largest(sums: Float64Array): number {
  let max = 0
  for (const value of sums) if (value > max || Number.isNaN(value)) max = value
  return sums.some(Number.isNaN) ? Number.NaN : max
}
