import { faultsOf } from './incidents.ts'
import type { Rule } from './rule.ts'

/** Loops that run longer than the checker follows them. */
export const loopLimit: Rule = function* ({ walk }) {
  yield* faultsOf(walk, 'limit', 'loop-limit')
}
