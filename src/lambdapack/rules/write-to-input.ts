import { collect } from '../visitor.ts'
import type { Rule } from './rule.ts'

/** A write to a matrix that the caller gives as an input. */
export const writeToInput: Rule = function* ({ program, inputs }) {
  for (const { matrix, span } of collect(program, 'KernelCall').flatMap((call) => call.targets)) {
    if (!inputs.has(matrix.id)) continue
    yield { code: 'write-to-input', message: `'${matrix.id}' is an input, and inputs are not written`, span }
  }
}
