import type { SyntaxNode } from '@lezer/common'
import type { BranchNode, ForNode, IfNode, NameNode, ReturnNode, StatementNode } from '../ast.ts'
import { convertAssignment } from './assignment.ts'
import { brief, type Context, childNodes, reportError } from './context.ts'
import { docstringOf } from './docstring.ts'
import { convertCall, convertExpression } from './expression.ts'
import { unsupported } from './unsupported.ts'

/**
 * The statements of a block (the colon and what follows), without its docstring. A broken one is reported, and the names
 * it may define are noted.
 */
export function convertBlock(context: Context, body: SyntaxNode, docstring?: SyntaxNode): StatementNode[] {
  const nodes = childNodes(body).filter((node) => node.name !== ':' && node.from !== docstring?.from)
  return convertStatements(context, nodes)
}

function convertStatements(context: Context, nodes: readonly SyntaxNode[]): StatementNode[] {
  const statements: StatementNode[] = []
  let broken: SyntaxNode | undefined
  for (const node of nodes) {
    if (node.name === ';') continue
    if (node.name === 'StatementGroup') {
      statements.push(...convertStatements(context, childNodes(node)))
      continue
    }
    if (broken !== undefined) {
      // Where the grammar lost its way, what follows on the line belongs to the same fault.
      const next = context.span(node)
      context.report('syntax', next, `unexpected '${/^(\w+|.)/.exec(context.text(node))?.[0] ?? ''}'`)
      broken = undefined
      continue
    }
    if (node.type.isError) {
      if (context.text(node).trim() === '' && node.nextSibling !== null) broken = node
      else reportError(context, node)
      continue
    }
    const before = context.findings.length
    const statement = convertStatement(context, node)
    if (statement !== undefined) statements.push(statement)
    if (statement === undefined || hasOwnFault(context, node, before)) context.doubt(namesIn(context, node))
  }
  return statements
}

function convertStatement(context: Context, node: SyntaxNode): StatementNode | undefined {
  switch (node.name) {
    case 'ForStatement':
      return convertFor(context, node)
    case 'IfStatement':
      return convertIf(context, node)
    case 'AssignStatement':
      return convertAssignment(context, node)
    case 'ExpressionStatement':
      return convertExpressionStatement(context, node)
    case 'ReturnStatement':
      return convertReturn(context, node)
    case 'PassStatement':
      return { kind: 'Pass', span: context.span(node) }
    default: {
      const sentence = unsupported(node.name) ?? `'${firstWord(context, node)}' is not part of LAmbdaPACK`
      const word = node.firstChild ?? node
      context.report(
        'unsupported',
        node.name === 'UpdateStatement' ? updateSign(context, node) : context.span(word),
        sentence,
      )
      return undefined
    }
  }
}

function convertFor(context: Context, node: SyntaxNode): StatementNode | undefined {
  const [word, variable, inWord, iterable, body, elseWord] = childNodes(node)
  if (word !== undefined && word.name !== 'for') {
    context.hole('unsupported', word, `'${brief(context.text(word))}' is not part of LAmbdaPACK`)
    return undefined
  }
  if (inWord?.name === ',' || (variable !== undefined && variable.name !== 'VariableName' && !variable.type.isError)) {
    context.hole('unsupported', variable ?? node, 'a loop has one variable, a plain name')
    return undefined
  }
  if (variable?.name !== 'VariableName' || inWord?.name !== 'in' || iterable === undefined || iterable.type.isError) {
    reportError(context, node)
    return undefined
  }
  if (elseWord?.name === 'else') {
    context.hole('unsupported', elseWord, "'else' after a loop is not part of LAmbdaPACK")
  }
  const span = context.span(node)
  const name = context.name(variable)
  const range = convertRange(context, iterable)
  if (body === undefined || body.name !== 'Body') {
    if (!reportError(context, node)) context.hole('syntax', node, 'a loop needs a body')
    return undefined
  }
  const statements = convertBlock(context, body)
  // A body that the repair of the layout put in: the lines that follow were meant.
  if (statements.every((statement) => statement.span.start === statement.span.end)) context.doubt([name.id])
  return { kind: 'For', variable: name, ...range, body: statements, span }
}

function convertRange(context: Context, node: SyntaxNode): Pick<ForNode, 'start' | 'stop' | 'step'> {
  const nothing = { start: undefined, step: undefined }
  if (node.name !== 'CallExpression' || node.firstChild === null || context.text(node.firstChild) !== 'range') {
    return { ...nothing, stop: context.hole('unsupported', node, "a loop runs over 'range(...)'") }
  }
  const call = convertCall(context, node)
  const values = (call?.arguments ?? []).map((argument) => {
    if (argument.kind !== 'TileRef') return argument
    context.report('unsupported', argument.span, `a tile of '${argument.matrix.id}' is no number`)
    return { kind: 'Number' as const, text: '1', span: argument.span }
  })
  const [keyword] = call?.keywords ?? []
  if (keyword !== undefined) context.report('unsupported', keyword.span, "'range' takes no keyword arguments")
  const [first, second, third] = values
  if (first === undefined || values.length > 3) {
    if (call === undefined || context.findings.some(({ span }) => span.start >= call.callee.span.start)) {
      return { ...nothing, stop: first ?? { kind: 'Number', text: '1', span: context.span(node) } }
    }
    return {
      ...nothing,
      stop: context.hole('syntax', node, `'range' takes one to three arguments, not ${values.length}`),
    }
  }
  if (second === undefined) return { ...nothing, stop: first }
  return { start: first, stop: second, step: third }
}

function convertIf(context: Context, node: SyntaxNode): IfNode {
  const branches: BranchNode[] = []
  let otherwise: StatementNode[] = []
  let word: SyntaxNode | undefined
  let test: SyntaxNode | undefined
  for (const child of childNodes(node)) {
    if (child.name === 'if' || child.name === 'elif' || child.name === 'else') {
      word = child
      test = undefined
    } else if (child.name !== 'Body') {
      if (child.type.isError) reportError(context, child)
      test = child
    } else if (word?.name === 'else') otherwise = convertBlock(context, child)
    else if (word !== undefined) {
      const condition =
        test === undefined ? context.hole('syntax', word, 'a condition is missing') : convertExpression(context, test)
      const span = context.between(word.from, child.from + context.text(child).trimEnd().length)
      branches.push({ kind: 'Branch', test: condition, body: convertBlock(context, child), span })
    }
  }
  return { kind: 'If', branches, otherwise, span: context.span(node) }
}

/** Calls of programs, and strings that serve as comments; anything else that stands alone has no effect. */
function convertExpressionStatement(context: Context, node: SyntaxNode): StatementNode | undefined {
  const [value, ...more] = childNodes(node)
  if (value === undefined || value.type.isError || more.some((child) => child.type.isError)) {
    reportError(context, node)
    return undefined
  }
  if (value.name === 'String' && more.length === 0) {
    docstringOf(context, value)
    return { kind: 'Pass', span: context.span(node) }
  }
  if (value.name !== 'CallExpression' || more.length > 0) {
    const sentence = unsupported(value.name)
    if (sentence !== undefined) context.hole('unsupported', value, sentence)
    else if (!reportError(context, node)) context.hole('unsupported', value, 'this statement has no effect')
    return undefined
  }
  const call = convertCall(context, value)
  if (call === undefined) return undefined
  const values = call.arguments.filter((argument) => argument.kind !== 'TileRef')
  if (values.length < call.arguments.length) {
    context.report('unsupported', call.callee.span, `the result of '${call.callee.id}' must be assigned to a tile`)
    return undefined
  }
  return {
    kind: 'ProgramCall',
    callee: call.callee,
    arguments: values,
    keywords: call.keywords,
    span: context.span(node),
  }
}

function convertReturn(context: Context, node: SyntaxNode): ReturnNode | undefined {
  const [, ...children] = childNodes(node)
  const [only] = children
  const parts = children.length === 1 && only?.name === 'TupleExpression' ? childNodes(only).slice(1, -1) : children
  if (parts.some((part) => part.type.isError)) {
    reportError(context, node)
    return undefined
  }
  const names: NameNode[] = []
  for (const part of parts) {
    if (part.name === ',') continue
    if (part.name === 'VariableName') names.push(context.name(part))
    else if (!reportError(context, part)) {
      context.hole('unsupported', part, "'return' names matrices, such as 'return L, U'")
    }
  }
  return { kind: 'Return', names, span: context.span(node) }
}

function updateSign(context: Context, node: SyntaxNode): { start: number; end: number } {
  const sign = childNodes(node).find((child) => child.name === 'UpdateOp')
  return context.span(sign ?? node)
}

function firstWord(context: Context, node: SyntaxNode): string {
  return /^\S+/.exec(context.text(node))?.[0] ?? ''
}

/** Whether a fault since `before` lies in the statement itself and not in a statement of its blocks. */
function hasOwnFault(context: Context, node: SyntaxNode, before: number): boolean {
  const blocks = node.getChildren('Body').map((body) => context.span(body))
  return context.findings
    .slice(before)
    .some(({ span }) => !blocks.some((block) => span.start >= block.start && span.end <= block.end))
}

/** Every name that stands in a statement that could not be read: it may have been meant to be defined there. */
function namesIn(context: Context, node: SyntaxNode): string[] {
  const names: string[] = []
  node.cursor().iterate((at) => {
    if (at.name === 'VariableName') names.push(context.text(at.node))
  })
  return names
}
