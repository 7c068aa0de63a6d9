import type { StatementNode } from '../ast.ts'
import { collect } from '../visitor.ts'
import type { Rule } from './rule.ts'

/** A return that is not the last statement of the program, or that names an output twice. */
export const returnPlace: Rule = function* ({ program }) {
  const last = program.body.findLast((statement: StatementNode) => statement.kind !== 'Pass')
  for (const node of collect(program, 'Return')) {
    if (node !== last) {
      const nested = !program.body.includes(node)
      const message = nested
        ? "'return' stands at the end of the program, not inside a loop or a branch: it names the outputs"
        : "'return' is the last statement of a program: what follows it would never run"
      yield { code: 'return-place', message, span: node.span }
    }
    for (const [position, name] of node.names.entries()) {
      if (node.names.findIndex((other) => other.id === name.id) === position) continue
      yield { code: 'return-place', message: `output '${name.id}' is named twice`, span: name.span }
    }
  }
}
