import { locate } from '../source.ts'
import type { Rule } from './rule.ts'

/** A scalar that some branches assign and others do not, and that is used afterwards. */
export const oneBranch: Rule = function* ({ resolution, source }) {
  for (const { name, use } of resolution.partial) {
    const { line, column } = locate(source, use.span.start)
    const message = `'${name.id}' is not assigned in every branch, and is used at ${line}:${column}; assign it in every branch of an if/else`
    yield { code: 'one-branch', message, span: name.span, related: { span: use.span, message: 'used here' } }
  }
}
