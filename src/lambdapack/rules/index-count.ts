import type { TileRefNode } from '../ast.ts'
import { locate } from '../source.ts'
import { collect } from '../visitor.ts'
import type { Rule } from './rule.ts'

/** References to one matrix with different numbers of indices, or with another number than its declared grid has. */
export const indexCount: Rule = function* ({ program, source }) {
  const first = new Map<string, TileRefNode>()
  const grids = new Map(program.parameters.map(({ name, grid }) => [name.id, grid]))
  for (const reference of collect(program, 'TileRef')) {
    const { id } = reference.matrix
    const found = reference.indices.length
    const grid = grids.get(id)
    const earlier = first.get(id)
    if (earlier === undefined) first.set(id, reference)
    if (grid !== undefined) {
      if (grid.length === found) continue
      const message = `'${id}' takes ${count(grid.length)}, as its declared grid has; ${found} given`
      yield { code: 'index-count', message, span: reference.span }
    } else if (earlier !== undefined && earlier.indices.length !== found) {
      const { line, column } = locate(source, earlier.span.start)
      const message = `'${id}' has ${count(found)} here and ${earlier.indices.length} at ${line}:${column}`
      yield {
        code: 'index-count',
        message,
        span: reference.span,
        related: { span: earlier.span, message: 'first use' },
      }
    }
  }
}

function count(indices: number): string {
  return indices === 1 ? '1 index' : `${indices} indices`
}
