import type { SyntaxNode } from '@lezer/common'
import type { BinaryNode, CompareNode, ExpressionNode, KeywordNode, NumberNode, TileRefNode } from '../ast.ts'
import { brief, type Context, childNodes, reportError } from './context.ts'
import { unsupported } from './unsupported.ts'

const arithmetic: ReadonlySet<string> = new Set<BinaryNode['operator']>(['+', '-', '*', '/', '//', '%', '**'])
const comparison: ReadonlySet<string> = new Set<CompareNode['operators'][number]>(['<', '<=', '>', '>=', '==', '!='])

/** An expression on scalars; what is none is reported, and a placeholder stands for it. */
export function convertExpression(context: Context, node: SyntaxNode): ExpressionNode {
  if (node.type.isError || childNodes(node).some((child) => child.type.isError)) {
    reportError(context, node)
    return { kind: 'Number', text: '1', span: context.span(node) }
  }
  switch (node.name) {
    case 'Number':
      return convertNumber(context, node)
    case 'VariableName':
      return context.name(node)
    case 'ParenthesizedExpression': {
      const [, inner] = childNodes(node)
      return inner === undefined
        ? context.hole('syntax', node, 'an expression is missing here')
        : convertExpression(context, inner)
    }
    case 'UnaryExpression':
    case 'BinaryExpression':
      if (isLogical(context, node)) return convertLogical(context, node)
      return node.name === 'UnaryExpression' ? convertUnary(context, node) : convertBinary(context, node)
    case 'CallExpression':
      return convertFunctionCall(context, node)
    case 'MemberExpression':
      return convertMisplacedMember(context, node)
    default:
      return context.hole(
        'unsupported',
        node,
        unsupported(node.name) ?? `'${brief(context.text(node))}' is not part of LAmbdaPACK`,
      )
  }
}

/** `and`, `or` or `not`, outside of parentheses. */
function isLogical(context: Context, node: SyntaxNode): boolean {
  const [first, second] = childNodes(node)
  const sign = node.name === 'UnaryExpression' ? first : node.name === 'BinaryExpression' ? second : undefined
  return sign !== undefined && ['and', 'or', 'not'].includes(sign.name) && context.text(sign) === sign.name
}

/** The grammar lets `not` reach over `and` and `or`: the operands are taken apart and joined again with Python's precedence. */
function convertLogical(context: Context, node: SyntaxNode): ExpressionNode {
  const tokens: (ExpressionNode | { readonly kind: 'and' | 'or' | 'not'; readonly start: number })[] = []
  const flatten = (at: SyntaxNode): void => {
    if (!isLogical(context, at)) {
      tokens.push(convertExpression(context, at))
      return
    }
    for (const child of childNodes(at)) {
      if (child.name === 'and' || child.name === 'or' || child.name === 'not') {
        tokens.push({ kind: child.name, start: context.span(child).start })
      } else flatten(child)
    }
  }
  flatten(node)
  let position = 0

  const negation = (): ExpressionNode => {
    const token = tokens[position]
    position += 1
    if (token?.kind === 'not') {
      const operand = negation()
      return { kind: 'Unary', operator: 'not', operand, span: { start: token.start, end: operand.span.end } }
    }
    if (token === undefined || 'start' in token) {
      return context.hole('syntax', node, 'an operand is missing')
    }
    return token
  }

  const chain = (operator: 'and' | 'or', operand: () => ExpressionNode): ExpressionNode => {
    let left = operand()
    while (tokens[position]?.kind === operator) {
      position += 1
      const right = operand()
      left = { kind: 'Logical', operator, left, right, span: { start: left.span.start, end: right.span.end } }
    }
    return left
  }

  return chain('or', () => chain('and', negation))
}

/** Decimal integers and floats; underscores are left out of the text that is kept. */
function convertNumber(context: Context, node: SyntaxNode): NumberNode {
  const written = context.text(node)
  if (/^0[xXoObB]/.test(written))
    return context.hole('unsupported', node, `numbers are written in decimal, not '${written}'`)
  if (/[jJlL]$/.test(written)) return context.hole('unsupported', node, `'${written}': numbers are integers or floats`)
  if (/^0[0-9_]*[1-9][0-9_]*$/.test(written)) {
    return context.hole('syntax', node, `an integer does not start with 0: '${written}'`)
  }
  const digits = '[0-9](?:_?[0-9])*'
  const valid = new RegExp(`^(?:${digits}\\.?(?:${digits})?|\\.${digits})(?:[eE][+-]?${digits})?$`)
  if (!valid.test(written)) return context.hole('syntax', node, `'${written}' is no number`)
  return { kind: 'Number', text: written.replaceAll('_', ''), span: context.span(node) }
}

function convertUnary(context: Context, node: SyntaxNode): ExpressionNode {
  const [sign, operand] = childNodes(node)
  const operator = sign === undefined ? '' : context.text(sign)
  if (operand === undefined) return context.hole('syntax', node, `something is missing after '${operator}'`)
  if (operator !== '-' && operator !== '+') {
    return context.hole('unsupported', sign ?? node, `operator '${operator}' is not part of LAmbdaPACK`)
  }
  return { kind: 'Unary', operator, operand: convertExpression(context, operand), span: context.span(node) }
}

function convertBinary(context: Context, node: SyntaxNode): ExpressionNode {
  const [first, ...rest] = childNodes(node)
  const last = rest.at(-1)
  const [sign, second] = rest
  if (first === undefined || last === undefined || sign === undefined || second === undefined) {
    return context.hole('syntax', node, 'an operand is missing')
  }
  const operator = rest
    .slice(0, -1)
    .map((part) => context.text(part))
    .join(' ')
  const span = context.span(node)
  if (last.name === 'UnaryExpression' && last.firstChild?.name === 'not') {
    return context.hole('syntax', last.firstChild, `'not' needs parentheses after '${operator}'`)
  }
  if (arithmetic.has(operator)) {
    const left = convertExpression(context, first)
    return {
      kind: 'Binary',
      operator: operator as BinaryNode['operator'],
      left,
      right: convertExpression(context, last),
      span,
    }
  }
  if (comparison.has(operator)) {
    const left = convertExpression(context, first)
    const right = convertExpression(context, last)
    // The grammar nests a chain to the left: `a < b <= c` is `(a < b) <= c` without the parentheses.
    const chained = first.name === 'BinaryExpression' && left.kind === 'Compare' ? left : undefined
    const operands = chained === undefined ? [left, right] : [...chained.operands, right]
    const operators = [...(chained?.operators ?? []), operator as CompareNode['operators'][number]]
    return { kind: 'Compare', operands, operators, span }
  }
  convertExpression(context, first)
  convertExpression(context, last)
  const place = context.between(sign.from, (rest.at(-2) ?? sign).to)
  context.report(
    operator === '<>' ? 'syntax' : 'unsupported',
    place,
    `operator '${operator}' is not part of LAmbdaPACK`,
  )
  return { kind: 'Number', text: '1', span }
}

const scalarFunctions: ReadonlySet<string> = new Set(['min', 'max', 'log', 'ceiling', 'ceil', 'floor'])

/** `min(i, 3)`. `ceil` is the same as `ceiling`. */
function convertFunctionCall(context: Context, node: SyntaxNode): ExpressionNode {
  const call = convertCall(context, node)
  if (call === undefined) return { kind: 'Number', text: '1', span: context.span(node) }
  const [keyword] = call.keywords
  if (keyword !== undefined) {
    context.report('unsupported', keyword.span, `'${call.callee.id}' takes no keyword arguments here`)
  }
  const values = call.arguments.map((argument): ExpressionNode => {
    if (argument.kind !== 'TileRef') return argument
    // Of a kernel within an expression, and of an unknown function, the call itself is the fault.
    if (scalarFunctions.has(call.callee.id))
      context.report('unsupported', argument.span, tileAsScalar(argument.matrix.id))
    return { kind: 'Number', text: '1', span: argument.span }
  })
  const id = call.callee.id === 'ceil' ? 'ceiling' : call.callee.id
  return { kind: 'Call', callee: { ...call.callee, id }, arguments: values, span: context.span(node) }
}

function convertMisplacedMember(context: Context, node: SyntaxNode): ExpressionNode {
  const tile = convertTileRef(context, node)
  if (tile === undefined) return { kind: 'Number', text: '1', span: context.span(node) }
  return context.hole('unsupported', node, tileAsScalar(tile.matrix.id))
}

function tileAsScalar(matrix: string): string {
  return `a tile of '${matrix}' is no number: tiles are read as operands of a kernel call only`
}

/** `S[i, j + 1]`; `undefined` after a report when it is something else. */
export function convertTileRef(context: Context, node: SyntaxNode): TileRefNode | undefined {
  const [matrix, open, ...rest] = childNodes(node)
  if (matrix === undefined || open === undefined || node.name !== 'MemberExpression') {
    context.hole('syntax', node, 'a tile such as A[i, j] is wanted here')
    return undefined
  }
  const text = open.type.isError ? '' : context.text(open)
  if (text === '.') {
    context.report('unsupported', context.between(open.from, node.to), 'attributes are not part of LAmbdaPACK')
    return undefined
  }
  if (matrix.name !== 'VariableName') {
    context.hole('unsupported', matrix, 'only a matrix can be indexed, by its name')
    return undefined
  }
  const colon = rest.find((child) => child.name === ':')
  if (colon !== undefined) {
    context.hole('unsupported', colon, "slices are not part of LAmbdaPACK: a reference names one tile; loop with 'for'")
    return undefined
  }
  const star = rest.find((child) => child.name === '*')
  if (star !== undefined) {
    context.hole('unsupported', star, "'*' before an argument is not part of LAmbdaPACK")
    return undefined
  }
  if ([open, ...rest].some((child) => child.type.isError)) {
    reportError(context, node)
    return undefined
  }
  const indices = rest.slice(0, -1).filter((child) => child.name !== ',')
  if (indices.length === 0) context.hole('syntax', node, `'${context.text(matrix)}[]' needs an index`)
  const converted = indices.map((index) => convertExpression(context, index))
  const name = context.name(matrix)
  if (indices.length === 0) return undefined
  return { kind: 'TileRef', matrix: name, indices: converted, span: context.span(node) }
}

/** The parts of a call: kernels, programs and functions share one syntax. */
export interface Call {
  readonly callee: {
    readonly kind: 'Name'
    readonly id: string
    readonly span: { readonly start: number; readonly end: number }
  }
  readonly arguments: readonly (TileRefNode | ExpressionNode)[]
  readonly keywords: readonly KeywordNode[]
}

/** `gemm(A[i, k], 3, nb=32)`; `undefined` after a report when the callee is no name. */
export function convertCall(context: Context, node: SyntaxNode): Call | undefined {
  const [callee, list] = childNodes(node)
  if (callee === undefined || list === undefined || list.name !== 'ArgList') {
    if (!reportError(context, node))
      context.hole('unsupported', node, 'a call such as gemm(A[i, k], B[k, j]) is wanted here')
    return undefined
  }
  if (callee.name !== 'VariableName') {
    context.hole('unsupported', callee, 'only kernels, programs and functions can be called, by their name')
    return undefined
  }
  const positional: (TileRefNode | ExpressionNode)[] = []
  const keywords: KeywordNode[] = []
  const groups = splitArguments(context, list)
  if (groups === undefined) return undefined
  for (const group of groups) {
    const [first, sign, value] = group
    if (first === undefined) continue
    if (sign?.name === 'AssignOp' && value !== undefined) {
      if (keywords.some((keyword) => keyword.name.id === context.text(first))) {
        context.hole('syntax', first, `keyword argument '${brief(context.text(first))}' is given twice`)
      }
      keywords.push(convertKeyword(context, first, value))
      continue
    }
    if (keywords.length > 0) context.hole('syntax', first, 'a positional argument cannot follow a keyword argument')
    positional.push(convertArgument(context, first))
  }
  return { callee: context.name(callee), arguments: positional, keywords }
}

function convertKeyword(context: Context, name: SyntaxNode, value: SyntaxNode): KeywordNode {
  if (name.name !== 'VariableName') context.hole('syntax', name, 'the name of a keyword argument is wanted here')
  const span = context.between(name.from, value.to)
  return { kind: 'Keyword', name: context.name(name), value: convertExpression(context, value), span }
}

function convertArgument(context: Context, node: SyntaxNode): TileRefNode | ExpressionNode {
  if (node.name !== 'MemberExpression') return convertExpression(context, node)
  return convertTileRef(context, node) ?? { kind: 'Number', text: '1', span: context.span(node) }
}

/** Arguments between the commas; `undefined` after a report when something there is no argument. */
function splitArguments(context: Context, list: SyntaxNode): SyntaxNode[][] | undefined {
  const children = childNodes(list)
  if (children.some((child) => child.type.isError)) {
    reportError(context, list)
    return undefined
  }
  const groups: SyntaxNode[][] = [[]]
  for (const child of children.slice(1, -1)) {
    if (child.name === ',') groups.push([])
    else groups.at(-1)?.push(child)
  }
  // A comma may follow the last argument.
  if (groups.at(-1)?.length === 0) groups.pop()
  const isSound = groups.every((group) => {
    const [first, second] = group
    if (first === undefined) {
      context.hole('syntax', list, 'an argument is missing between the commas')
      return false
    }
    if (group.length === 1 || (group.length === 3 && second?.name === 'AssignOp')) return true
    if (first.name === '*' || first.name === '**') {
      context.hole('unsupported', first, `'${first.name}' before an argument is not part of LAmbdaPACK`)
    } else if (group.some((part) => part.name === 'for')) {
      context.hole('unsupported', first, "comprehensions are not part of LAmbdaPACK: use 'for ... in range(...)'")
    } else context.hole('syntax', second ?? first, `unexpected '${brief(context.text(second ?? first))}'`)
    return false
  })
  return isSound ? groups : undefined
}
