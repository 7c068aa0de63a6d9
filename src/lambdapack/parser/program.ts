import type { SyntaxNode } from '@lezer/common'
import type { ExpressionNode, ParameterNode, ProgramNode } from '../ast.ts'
import { brief, type Context, childNodes, reportError } from './context.ts'
import { docstringOf } from './docstring.ts'
import { convertExpression, convertTileRef } from './expression.ts'
import { convertBlock } from './statement.ts'
import { unsupported } from './unsupported.ts'

/** `def name(parameters): body`; `undefined` after a report when not even a name and a body can be made out. */
export function convertProgram(context: Context, node: SyntaxNode): ProgramNode | undefined {
  const children = childNodes(node)
  const [word, name, list] = children
  if (word !== undefined && word.name !== 'def') {
    context.hole('unsupported', word, `'${brief(context.text(word))}' is not part of LAmbdaPACK`)
    return undefined
  }
  const body = node.getChild('Body')
  if (name?.name !== 'VariableName' || list?.name !== 'ParamList' || body === null) {
    if (!reportError(context, node)) context.hole('syntax', node, 'a program is written def name(parameters):')
    return undefined
  }
  const result = node.getChild('TypeDef')
  if (result !== null && !/^->\s*None$/.test(context.text(result).trim()))
    context.hole('unsupported', result, "outputs are named by 'return', not by an annotation")
  const parameters = convertParameters(context, list)
  const first = childNodes(body)[1]
  const text = first?.name === 'ExpressionStatement' ? first.firstChild : null
  const docstring =
    text?.name === 'String' && first?.firstChild?.nextSibling === null ? docstringOf(context, text) : undefined
  const statements = convertBlock(context, body, docstring === undefined ? undefined : first)
  return {
    kind: 'Program',
    name: context.name(name),
    parameters,
    body: statements,
    docstring,
    span: context.span(node),
  }
}

/** Parameters between the commas. */
function convertParameters(context: Context, list: SyntaxNode): ParameterNode[] {
  const children = childNodes(list)
  if (children.some((child) => child.type.isError)) {
    reportError(context, list)
    context.doubt(children.filter((child) => child.name === 'VariableName').map((child) => context.text(child)))
  }
  const groups: SyntaxNode[][] = [[]]
  for (const child of children) {
    if (child.name === ',') groups.push([])
    else if (child.name !== '(' && child.name !== ')' && !child.type.isError) groups.at(-1)?.push(child)
  }
  const parameters: ParameterNode[] = []
  let optional: string | undefined
  for (const [position, group] of groups.entries()) {
    if (group.length === 0) {
      if (position < groups.length - 1) context.hole('syntax', list, 'a parameter is missing between the commas')
      continue
    }
    const parameter = convertParameter(context, group)
    if (parameter === undefined) continue
    const { name } = parameter
    if (parameters.some((other) => other.name.id === name.id)) {
      context.report('syntax', name.span, `parameter '${name.id}' is declared twice`)
    }
    // Python's rule; `= 0` after a matrix is no default value but a property of the matrix, and may stand anywhere.
    if (parameter.type !== 'BigMatrix') {
      if (parameter.default !== undefined) optional = name.id
      else if (optional !== undefined) {
        context.report(
          'syntax',
          name.span,
          `parameter '${name.id}' needs a default value, as it follows '${optional}', which has one`,
        )
      }
    }
    parameters.push(parameter)
  }
  return parameters
}

function convertParameter(context: Context, group: readonly SyntaxNode[]): ParameterNode | undefined {
  const [name, annotation, sign, value] = group
  if (name === undefined) return undefined
  if (name.name === '*' || name.name === '**' || name.name === '/') {
    context.hole('unsupported', name, `'${name.name}' among the parameters is not part of LAmbdaPACK`)
    if (group[1] !== undefined) context.doubt([context.text(group[1])])
    return undefined
  }
  const id = context.text(name)
  if (annotation?.name !== 'TypeDef') {
    context.hole('unsupported', name, `parameter '${id}' needs a type: ${id}: BigMatrix, ${id}: int or ${id}: float`)
    context.doubt([id])
    return undefined
  }
  const type = childNodes(annotation)[1]
  const declared = type === undefined ? undefined : convertType(context, type)
  if (declared === undefined) {
    context.doubt([id])
    return undefined
  }
  if (sign !== undefined && (sign.name !== 'AssignOp' || value === undefined || group.length > 4)) {
    context.hole('syntax', sign, `unexpected '${brief(context.text(sign))}'`)
    return undefined
  }
  const initial = value === undefined ? undefined : convertExpression(context, value)
  const span = context.between(name.from, (value ?? annotation).to)
  return { kind: 'Parameter', name: context.name(name), ...declared, default: initial, span }
}

interface Declared {
  readonly type: ParameterNode['type']
  readonly grid: readonly ExpressionNode[] | undefined
}

/** `BigMatrix`, `BigMatrix[N, M // 2]`, `int`, `float`; numpywren's BigSymmetricMatrix is a BigMatrix too. */
function convertType(context: Context, node: SyntaxNode): Declared | undefined {
  if (node.type.isError) {
    reportError(context, node)
    return undefined
  }
  const indexed =
    node.name === 'MemberExpression' && node.firstChild?.name === 'VariableName' ? node.firstChild : undefined
  const word = context.text(indexed ?? node)
  if (word === 'BigMatrix' || word === 'BigSymmetricMatrix') {
    if (indexed === undefined) return { type: 'BigMatrix', grid: undefined }
    const reference = convertTileRef(context, node)
    return reference === undefined ? undefined : { type: 'BigMatrix', grid: reference.indices }
  }
  if (indexed === undefined && (word === 'int' || word === 'float')) return { type: word, grid: undefined }
  const sentence = unsupported(node.name) ?? `unknown type '${brief(context.text(node))}'`
  if (!reportError(context, node))
    context.hole('unsupported', node, `${sentence}: a parameter is a BigMatrix, an int or a float`)
  return undefined
}
