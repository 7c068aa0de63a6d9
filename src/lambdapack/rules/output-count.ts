import { collect } from '../visitor.ts'
import type { Rule } from './rule.ts'

/** A kernel with the wrong number of tiles on its left. */
export const outputCount: Rule = function* ({ program, kernels }) {
  for (const call of collect(program, 'KernelCall')) {
    const kernel = kernels.get(call.kernel.id)
    if (kernel === undefined || kernel.outputs === call.targets.length) continue
    const [first] = call.targets
    const tiles = kernel.outputs === 1 ? 'tile' : 'tiles'
    const message = `'${call.kernel.id}' writes ${kernel.outputs} ${tiles}; ${call.targets.length} on the left`
    yield { code: 'output-count', message, span: first?.span ?? call.kernel.span }
  }
}
