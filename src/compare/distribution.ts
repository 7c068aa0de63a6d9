import type { Distribution } from '../report/index.ts'

/** How values lie; quantiles are interpolated between neighbours. */
export function distributionOf(values: readonly number[]): Distribution {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number): number => {
    const place = share * (sorted.length - 1)
    const below = sorted[Math.floor(place)] ?? 0
    const above = sorted[Math.ceil(place)] ?? below
    return below + (above - below) * (place - Math.floor(place))
  }
  const count = sorted.length
  return {
    count,
    mean: count === 0 ? 0 : sorted.reduce((sum, value) => sum + value, 0) / count,
    least: at(0),
    p10: at(0.1),
    p25: at(0.25),
    p50: at(0.5),
    p75: at(0.75),
    p90: at(0.9),
    p99: at(0.99),
    most: at(1),
  }
}
