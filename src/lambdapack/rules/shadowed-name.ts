import { locate } from '../source.ts'
import type { Rule } from './rule.ts'

/** A loop variable that hides another name, or an assignment to a parameter or a loop variable. */
export const shadowedName: Rule = function* ({ resolution, source }) {
  for (const { name, by, earlier } of resolution.clashes) {
    if (by === 'assignment' && earlier.kind === 'scalar') continue
    const { line, column } = locate(source, earlier.name.span.start)
    const what = { parameter: 'the parameter', matrix: 'the matrix', loop: 'the loop variable', scalar: 'the scalar' }[
      earlier.kind
    ]
    const place = `${what} '${name.id}' of ${line}:${column}`
    const message =
      by === 'loop'
        ? `loop variable '${name.id}' shadows ${place}`
        : `'${name.id}' cannot be assigned: it is ${place}; choose another name`
    yield {
      code: 'shadowed-name',
      message,
      span: name.span,
      related: { span: earlier.name.span, message: 'first meaning' },
    }
  }
}
