import { collect } from '../visitor.ts'
import { evaluateConstant, LocatedError } from './evaluate.ts'
import { faultsOf } from './incidents.ts'
import type { Rule } from './rule.ts'

/** Expressions that have no value, such as log(0), values beyond what an index may be, negative extents. */
export const noValue: Rule = function* ({ program, walk }) {
  for (const node of [...collect(program, 'Call'), ...collect(program, 'Binary'), ...collect(program, 'Number')]) {
    try {
      evaluateConstant(node)
    } catch (error) {
      if (!(error instanceof LocatedError)) throw error
      const faulty = error.fault === 'domain' || error.fault === 'too-large'
      if (faulty && error.node === node) yield { code: 'no-value', message: error.message, span: node.span }
    }
  }
  for (const fault of ['domain', 'too-large', 'negative-extent'] as const) yield* faultsOf(walk, fault, 'no-value')
}
