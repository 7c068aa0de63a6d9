import { attempt } from './attempt.ts'
import { iterations } from './domain.ts'
import type { Candidate } from './plan.ts'

/** Values first, first + step ... of a loop variable, `count` of them. */
export interface Values {
  readonly first: number
  readonly step: number
  readonly count: number
}

/** The values of a variable that its range and the monotone relations on it allow, found by bisection. @throws EvaluationError for bounds without a value */
export function narrow({ range, bounds }: Candidate, env: number[], index: readonly number[]): Values {
  const step = range.step(env)
  const start = range.start(env)
  let [low, high] = [0, iterations(range, env)]
  for (const { relation, direction } of bounds) {
    // As k grows, rising(k) does not fall.
    const isRising = direction > 0 === step > 0
    const rising = (k: number): number => {
      env[range.slot] = start + k * step
      const difference = relation.difference(env, index)
      return isRising ? difference : -difference
    }
    const wanted = isRising ? relation.relation : mirrored[relation.relation]
    const edges = attempt(() => [
      wanted === '<' || wanted === '<='
        ? low
        : bisect(low, high, (k) => (wanted === '>' ? rising(k) > 0 : rising(k) >= 0)),
      wanted === '>' || wanted === '>='
        ? high
        : bisect(low, high, (k) => (wanted === '<' ? rising(k) >= 0 : rising(k) > 0)),
    ])
    if (edges) [low, high] = edges as [number, number]
  }
  return { first: start + low * step, step, count: Math.max(0, high - low) }
}

const mirrored = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==', '!=': '!=' } as const

/** The first k from low on at which the test holds, and holds from there on; high when it never does. */
function bisect(low: number, high: number, test: (k: number) => boolean): number {
  let [from, to] = [low, high]
  while (from < to) {
    const middle = Math.floor((from + to) / 2)
    if (test(middle)) to = middle
    else from = middle + 1
  }
  return from
}
