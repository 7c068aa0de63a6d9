import type { AccuracyCase } from './cases.ts'
import type { Measured } from './measure.ts'

/** Ratios up to this need no comparison. */
const healthy = 1
/** How much worse than SciPy's a ratio above that may be. */
const slack = 3
/** Growth of elements up to this needs no comparison with SciPy's. */
const harmlessGrowth = 20

/** One line that names a case. */
export function describeCase({ algorithm, criterion, operands, dtype, options }: AccuracyCase): string {
  const words = Object.entries(operands).map(
    ([name, { kind, shape, tile }]) =>
      `${name === 'A' ? '' : `${name} `}${kind} ${shape.join(' x ')} in ${tile.join(' x ')}`,
  )
  const how = Object.entries(options).map(([name, value]) => (value === true ? name : `${name} ${value}`))
  return [criterion.startsWith(algorithm) ? criterion : algorithm, ...words, ...how, dtype].join(', ')
}

/**
 * What is wrong with a result; nothing when it is as good as it must be. Above the threshold it may be where SciPy's is, too, and the
 * algorithm said so: elimination on matrices whose elements grow.
 */
export function faultsOf({ failure, warnings, verdict, ours, scipy }: Measured): string[] {
  if (failure !== undefined) return [failure]
  if (typeof ours === 'string') return [ours]
  const faults: string[] = []
  if (verdict) {
    const worst = Math.max(...Object.entries(ours).map(([name, [value]]) => (name === 'growth' ? 0 : value)))
    const wanted = worst <= verdict.threshold
    if (verdict.passed !== wanted) faults.push(`verify: ${verdict.formula} = ${verdict.ratio} where it is ${worst}`)
  }
  for (const [name, [value, threshold]] of Object.entries(ours)) {
    const known = typeof scipy === 'string' ? 0 : (scipy[name]?.[0] ?? 0)
    const floor = name === 'growth' ? harmlessGrowth : healthy
    const isHard = known > threshold && warnings.length > 0
    if (!(value <= threshold) && !isHard) faults.push(`${name}: ${value} is above ${threshold} (SciPy ${known})`)
    else if (!(value <= Math.max(floor, slack * known))) faults.push(`${name}: ${value}, SciPy ${known}`)
  }
  return faults
}
