import type { ExpressionNode, Span } from '../ast.ts'
import type { Finding } from '../diagnostic.ts'
import type { Incident, Walk, WalkFault } from './walk.ts'

/** The end of a message: where it happened first, the sizes, and how often. */
export function circumstances({ where, count }: Incident, walk: Walk): string {
  return `${where}${walk.sizes}${more(count - 1)}`
}

/** `; 3 more like it`. */
export function more(count: number): string {
  return count > 0 ? `; ${count} more like it` : ''
}

/** Faults of one kind as findings. */
export function faultsOf(
  walk: Walk | undefined,
  kind: WalkFault['fault'],
  code: string,
  place: (node: ExpressionNode) => Span = (node) => node.span,
): Finding[] {
  if (walk === undefined) return []
  return walk.faults
    .filter(({ fault }) => fault === kind)
    .map((fault) => ({ code, message: `${fault.text}${circumstances(fault, walk)}`, span: place(fault.node) }))
}
