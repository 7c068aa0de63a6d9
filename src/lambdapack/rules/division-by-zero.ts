import type { ExpressionNode, Span } from '../ast.ts'
import { collect } from '../visitor.ts'
import { constantOf, operatorSpan } from './evaluate.ts'
import { faultsOf } from './incidents.ts'
import type { Rule } from './rule.ts'

/** Division or remainder by zero, also `0 ** -1`. */
export const divisionByZero: Rule = function* ({ program, source, walk }) {
  for (const node of collect(program, 'Binary')) {
    if (node.operator !== '/' && node.operator !== '//' && node.operator !== '%') continue
    if (constantOf(node.right) !== 0) continue
    yield { code: 'division-by-zero', message: 'division by zero', span: operatorSpan(node, source.text) }
  }
  const place = (node: ExpressionNode): Span => (node.kind === 'Binary' ? operatorSpan(node, source.text) : node.span)
  yield* faultsOf(walk, 'division-by-zero', 'division-by-zero', place)
}
