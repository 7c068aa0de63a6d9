import type { StatementNode } from './ast.ts'
import { type AnyNode, childFields } from './visitor.ts'

/** A copy of a statement with names replaced by other names or, where a value stands, by expressions. */
export function renameIn(statement: StatementNode, replacements: ReadonlyMap<string, AnyNode>): StatementNode {
  return rename(statement, replacements) as StatementNode
}

function rename(node: AnyNode, replacements: ReadonlyMap<string, AnyNode>): AnyNode {
  if (node.kind === 'Name') {
    const replacement = replacements.get(node.id)
    if (replacement === undefined) return node
    // The place stays that of the text that is inlined, so that messages point into it.
    return { ...replacement, span: node.span }
  }
  const fields = node as unknown as Readonly<Record<string, AnyNode | readonly AnyNode[] | undefined>>
  const copy: Record<string, unknown> = { ...fields }
  for (const field of childFields[node.kind] as readonly string[]) {
    const child = fields[field]
    if (child === undefined || isOwnName(node, field)) continue
    copy[field] = isList(child) ? child.map((item) => rename(item, replacements)) : rename(child, replacements)
  }
  return copy as unknown as AnyNode
}

/** Names of kernels, functions, programs and keywords are not those of scalars. */
function isOwnName(node: AnyNode, field: string): boolean {
  return field === 'kernel' || field === 'callee' || (node.kind === 'Keyword' && field === 'name')
}

function isList(child: AnyNode | readonly AnyNode[]): child is readonly AnyNode[] {
  return Array.isArray(child)
}
