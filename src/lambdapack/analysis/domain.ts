import { attempt } from './attempt.ts'
import type { Environment } from './fast.ts'
import type { Range } from './statement.ts'

/** How many values a loop takes, its bounds being known. */
export function iterations(range: Range, env: Environment): number {
  const step = range.step(env)
  return Math.max(0, Math.ceil((range.stop(env) - range.start(env)) / step))
}

/** Whether a variable's value is one that its loop takes. */
export function inRange(range: Range, env: Environment): boolean {
  const value = env[range.slot]!
  const start = range.start(env)
  const step = range.step(env)
  const stop = range.stop(env)
  if (step > 0 ? value < start || value >= stop : value > start || value <= stop) return false
  return step === 1 || step === -1 || (value - start) % step === 0
}

/**
 * The loop variables of every task of a statement, in order of iteration. The array that is given out is one and the same
 * and changes under the caller: copy what is kept.
 */
export function* domain(enclosures: readonly (Range | Condition)[]): Generator<number[]> {
  const depth = enclosures.filter((enclosure) => 'slot' in enclosure).length
  const env = new Array<number>(depth).fill(0)
  const stops = new Array<number>(enclosures.length).fill(0)
  const steps = new Array<number>(enclosures.length).fill(0)
  let level = 0
  let entering = true
  while (level >= 0) {
    if (level === enclosures.length) {
      yield env
      level--
      entering = false
      continue
    }
    const enclosure = enclosures[level]!
    if (!('slot' in enclosure)) {
      entering &&= enclosure.holds(env)
      level += entering ? 1 : -1
      continue
    }
    const { slot } = enclosure
    if (entering) {
      const start = enclosure.start(env)
      stops[level] = enclosure.stop(env)
      steps[level] = enclosure.step(env)
      env[slot] = start
    } else env[slot] = env[slot]! + steps[level]!
    entering = steps[level]! > 0 ? env[slot]! < stops[level]! : env[slot]! > stops[level]!
    level += entering ? 1 : -1
  }
}

/** A condition on loop variables. */
export interface Condition {
  readonly holds: (env: Environment) => boolean
}

/**
 * Enclosures with further conditions, each also before the first loop that it does not depend on: where it fails there, none
 * of the loops within is entered. A condition without a value so early is decided further in.
 */
export function guarded(
  enclosures: readonly (Range | Condition)[],
  conditions: readonly (Condition & { readonly free: number })[],
): readonly (Range | Condition)[] {
  const result: (Range | Condition)[] = []
  const early = new Set(conditions)
  let known = 0
  for (const enclosure of enclosures) {
    if ('slot' in enclosure) {
      for (const condition of early) {
        if ((condition.free & ~known) !== 0) continue
        early.delete(condition)
        result.push({ holds: (env) => attempt(() => condition.holds(env)) ?? true })
      }
      known |= 1 << enclosure.slot
    }
    result.push(enclosure)
  }
  return [...result, ...conditions]
}
