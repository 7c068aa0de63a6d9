import { locate } from '../source.ts'
import type { Rule } from './rule.ts'

/** A scalar that is assigned again where it has a value. */
export const assignedTwice: Rule = function* ({ resolution, source }) {
  for (const { name, by, earlier } of resolution.clashes) {
    if (by !== 'assignment' || earlier.kind !== 'scalar') continue
    const { line, column } = locate(source, earlier.name.span.start)
    const message = `'${name.id}' is assigned twice: here and at ${line}:${column}; a scalar is assigned once`
    yield {
      code: 'assigned-twice',
      message,
      span: name.span,
      related: { span: earlier.name.span, message: 'first assignment' },
    }
  }
}
