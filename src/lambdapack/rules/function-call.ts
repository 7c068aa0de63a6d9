import { collect } from '../visitor.ts'
import type { Rule } from './rule.ts'
import { suggest } from './suggest.ts'

/** Least and greatest number of arguments. */
const functions: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['min', [2, Infinity]],
  ['max', [2, Infinity]],
  ['log', [1, 2]],
  ['ceiling', [1, 1]],
  ['floor', [1, 1]],
])

/** A function of scalars that does not exist, or with a wrong number of arguments. */
export const functionCall: Rule = function* ({ program, kernels }) {
  for (const { callee, arguments: values } of collect(program, 'Call')) {
    const arity = functions.get(callee.id)
    if (arity === undefined) {
      const message = kernels.has(callee.id)
        ? `'${callee.id}' is a kernel: its result goes to a tile, such as A[i, j] = ${callee.id}(...)`
        : `unknown function '${callee.id}': there are ${[...functions.keys()].join(', ')}${suggest(callee.id, functions.keys())}`
      yield { code: 'function-call', message, span: callee.span }
      continue
    }
    const [least, most] = arity
    if (values.length >= least && values.length <= most) continue
    const wanted = least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} or ${most}`
    const message = `'${callee.id}' takes ${wanted} ${wanted === '1' ? 'argument' : 'arguments'}; ${values.length} given`
    yield { code: 'function-call', message, span: callee.span }
  }
}
