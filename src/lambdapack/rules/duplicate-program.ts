import { locate } from '../source.ts'
import type { Rule } from './rule.ts'

/** Two programs of one name in a file. */
export const duplicateProgram: Rule = function* ({ module, program, source }) {
  const first = module.programs.find(({ name }) => name.id === program.name.id)
  if (first === undefined || first === program) return
  const { line, column } = locate(source, first.name.span.start)
  const message = `program '${program.name.id}' is defined twice: here and at ${line}:${column}`
  yield {
    code: 'duplicate-program',
    message,
    span: program.name.span,
    related: { span: first.name.span, message: 'first' },
  }
}
