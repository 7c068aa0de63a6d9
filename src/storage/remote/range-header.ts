import type { GetOptions } from '../store.ts'

/** Value of the `Range` header, or `undefined` for a range of no bytes, which the header cannot say. */
export function rangeHeader(range: NonNullable<GetOptions['range']>): string | undefined {
  if ('suffix' in range) return range.suffix > 0 ? `bytes=-${range.suffix}` : undefined
  return range.length > 0 ? `bytes=${range.offset}-${range.offset + range.length - 1}` : undefined
}
