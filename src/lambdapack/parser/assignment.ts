import type { SyntaxNode } from '@lezer/common'
import type { StatementNode, TileRefNode } from '../ast.ts'
import { brief, type Context, childNodes, reportError } from './context.ts'
import { convertCall, convertExpression, convertTileRef } from './expression.ts'
import { unsupported } from './unsupported.ts'

/** `k = i + 1`, or a kernel call with one or several tiles on the left. */
export function convertAssignment(context: Context, node: SyntaxNode): StatementNode | undefined {
  const parts = childNodes(node)
  const annotation = parts.find((child) => child.name === 'TypeDef')
  const children = parts.filter((child) => child !== annotation)
  const signs = children.filter((child) => child.name === 'AssignOp')
  const [sign] = signs
  if (annotation !== undefined && !isScalarAnnotation(context, parts)) {
    context.hole('unsupported', annotation, "only a scalar may be annotated here, as 'int' or 'float'")
    return undefined
  }
  if (children.some((child) => child.type.isError) || sign === undefined) {
    if (!reportError(context, node)) context.hole('syntax', node, 'an assignment is wanted here')
    return undefined
  }
  if (signs[1] !== undefined) {
    context.hole('unsupported', signs[1], 'an assignment has one side on the left: chains are not part of LAmbdaPACK')
    return undefined
  }
  const at = children.indexOf(sign)
  const left = children.slice(0, at)
  const right = children.slice(at + 1)
  const targets = withoutParentheses(left).filter((child) => child.name !== ',')
  const [target] = targets
  const [value, more] = right
  if (target === undefined || value === undefined) {
    context.hole('syntax', sign, "something is missing around '='")
    return undefined
  }
  if (more !== undefined) {
    context.hole(
      'unsupported',
      value,
      'tuple assignment is not part of LAmbdaPACK: one kernel call stands on the right',
    )
    return undefined
  }
  if (target.name === 'VariableName' && targets.length === 1) return convertScalar(context, node, left, value)
  return convertKernelCall(context, node, targets, value)
}

/** `k: int = i + 1`: the type is Python's, and says nothing that the value does not. */
function isScalarAnnotation(context: Context, [target, annotation]: readonly SyntaxNode[]): boolean {
  return (
    target?.name === 'VariableName' &&
    annotation?.name === 'TypeDef' &&
    /^:\s*(int|float)$/.test(context.text(annotation).trim())
  )
}

/** The targets of `(V[i], T[i]) = ...`. */
function withoutParentheses(left: readonly SyntaxNode[]): readonly SyntaxNode[] {
  const [only] = left
  return left.length === 1 && only?.name === 'TupleExpression' ? childNodes(only).slice(1, -1) : left
}

function convertScalar(
  context: Context,
  node: SyntaxNode,
  left: readonly SyntaxNode[],
  value: SyntaxNode,
): StatementNode | undefined {
  const [target, comma] = left
  if (target === undefined) return undefined
  if (comma !== undefined) {
    context.hole('unsupported', comma, 'tuple assignment is not part of LAmbdaPACK')
    return undefined
  }
  const list = value.name === 'CallExpression' ? value.getChild('ArgList') : null
  const operand = list?.getChild('MemberExpression')
  if (operand !== null && operand !== undefined) {
    const name = context.text(target)
    context.hole(
      'unsupported',
      target,
      `'${name}' is a scalar; the result of a kernel goes to a tile, such as ${name}[i, j]`,
    )
    return undefined
  }
  return {
    kind: 'Assign',
    name: context.name(target),
    value: convertExpression(context, value),
    span: context.span(node),
  }
}

function convertKernelCall(
  context: Context,
  node: SyntaxNode,
  targets: readonly SyntaxNode[],
  value: SyntaxNode,
): StatementNode | undefined {
  const tiles = targets.map((target): TileRefNode | undefined => {
    if (target.name === 'MemberExpression') return convertTileRef(context, target)
    const sentence =
      target.name === 'VariableName'
        ? `'${brief(context.text(target))}' has no index: tuple assignment takes tiles, such as ${context.text(target)}[i, j]`
        : 'a name or a tile such as A[i, j] is wanted on the left'
    const refused =
      target.name === 'VariableName' || target.name === 'TupleExpression' || target.name === 'ArrayExpression'
    context.hole(refused ? 'unsupported' : 'syntax', target, sentence)
    return undefined
  })
  if (value.name !== 'CallExpression') {
    const wanted = 'a tile is assigned by a kernel call, such as identity(A[i, j])'
    if (value.name === 'MemberExpression') context.hole('unsupported', value, wanted)
    else if (!reportError(context, value)) context.hole('unsupported', value, unsupported(value.name) ?? wanted)
    return undefined
  }
  const call = convertCall(context, value)
  const known = tiles.filter((tile) => tile !== undefined)
  if (call === undefined || known.length < tiles.length) return undefined
  const { callee: kernel, arguments: operands, keywords } = call
  return { kind: 'KernelCall', targets: known, kernel, arguments: operands, keywords, span: context.span(node) }
}
