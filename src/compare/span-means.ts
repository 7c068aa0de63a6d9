/** Means of counts over equal spans of time, from where they begin and end. */

/** Spans of a timeline: enough for a picture. */
const MOST_SPANS = 200

/** From one moment to another, epoch ms. */
export interface Interval {
  readonly from: number
  readonly to: number
  /** @default 1 */
  readonly count?: number
}

/** As many equal spans as a picture shows, between two moments. */
export interface Spans {
  readonly from: number
  readonly spanMs: number
  readonly count: number
}

/** The spans of a run. */
export function spansOf(from: number, to: number): Spans {
  const lengthMs = Math.max(to - from, 0)
  const count = lengthMs === 0 ? 0 : MOST_SPANS
  return { from, spanMs: count === 0 ? 0 : lengthMs / count, count }
}

/** How many intervals are open on average in each span. */
export function spanMeans(intervals: Iterable<Interval>, { from, spanMs, count }: Spans): number[] {
  const sums = new Float64Array(count)
  for (const interval of intervals) {
    const weight = interval.count ?? 1
    const begin = Math.max(interval.from - from, 0)
    const end = Math.min(interval.to - from, spanMs * count)
    for (let at = Math.floor(begin / spanMs); at < count && at * spanMs < end; at++) {
      sums[at]! += weight * (Math.min(end, (at + 1) * spanMs) - Math.max(begin, at * spanMs))
    }
  }
  return Array.from(sums, (sum) => Math.round((1000 * sum) / spanMs) / 1000)
}
