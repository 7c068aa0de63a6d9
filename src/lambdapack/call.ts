import type { ExpressionNode, ParameterNode, ProgramCallNode, ProgramNode, Span } from './ast.ts'

/** What is wrong with the arguments of a program call. */
export interface ArgumentFault {
  readonly message: string
  readonly span: Span
}

/** The parameter that each argument of a call goes to, and what is wrong. */
export function matchArguments(
  callee: ProgramNode,
  call: ProgramCallNode,
): { readonly values: ReadonlyMap<ParameterNode, ExpressionNode>; readonly faults: readonly ArgumentFault[] } {
  const values = new Map<ParameterNode, ExpressionNode>()
  const faults: ArgumentFault[] = []
  const { parameters } = callee
  const id = callee.name.id
  for (const [position, value] of call.arguments.entries()) {
    const parameter = parameters[position]
    if (parameter !== undefined) values.set(parameter, value)
    else if (position === parameters.length) {
      const message = `program '${id}' takes ${parameters.length} arguments; ${call.arguments.length} given`
      faults.push({ message, span: value.span })
    }
  }
  for (const { name, value } of call.keywords) {
    const parameter = parameters.find((candidate) => candidate.name.id === name.id)
    if (parameter === undefined)
      faults.push({ message: `program '${id}' has no parameter '${name.id}'`, span: name.span })
    else if (values.has(parameter)) faults.push({ message: `'${name.id}' is given twice`, span: name.span })
    else values.set(parameter, value)
  }
  const missing = parameters.filter(
    (parameter) => !values.has(parameter) && (parameter.type === 'BigMatrix' || parameter.default === undefined),
  )
  if (missing.length > 0) {
    const names = missing.map(({ name }) => `'${name.id}'`).join(', ')
    faults.push({ message: `the call of '${id}' lacks ${names}`, span: call.callee.span })
  }
  return { values, faults }
}

/** Value of each parameter by name, defaults filled in; `undefined` when the call does not fit. */
export function bindArguments(
  callee: ProgramNode,
  call: ProgramCallNode,
): ReadonlyMap<string, ExpressionNode> | undefined {
  const { values, faults } = matchArguments(callee, call)
  if (faults.length > 0) return undefined
  const bound = new Map<string, ExpressionNode>()
  for (const parameter of callee.parameters) {
    const value = values.get(parameter) ?? parameter.default
    if (value === undefined || (parameter.type === 'BigMatrix' && value.kind !== 'Name')) return undefined
    bound.set(parameter.name.id, value)
  }
  return bound
}
