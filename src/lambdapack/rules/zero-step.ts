import { collect } from '../visitor.ts'
import { constantOf } from './evaluate.ts'
import { faultsOf } from './incidents.ts'
import type { Rule } from './rule.ts'

/** A range with step 0. */
export const zeroStep: Rule = function* ({ program, walk }) {
  for (const { step } of collect(program, 'For')) {
    if (step === undefined || constantOf(step) !== 0) continue
    yield { code: 'zero-step', message: 'the step of a range is 0', span: step.span }
  }
  yield* faultsOf(walk, 'zero-step', 'zero-step')
}
