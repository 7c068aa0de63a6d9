/** From the tree of one inlined program to its kernel calls, each with its loops, conditions and references resolved. */

import type {
  AssignNode,
  ExpressionNode,
  ForNode,
  IfNode,
  KernelCallNode,
  ProgramNode,
  StatementNode,
  TileRefNode,
} from '../ast.ts'
import { EvaluationError, fromText, type Value } from '../exact/index.ts'
import { CompileError } from './errors.ts'
import { binary, call, compareIr, constant, fault, type Ir, logical, not, select, slotIr } from './ir.ts'

export interface Loop {
  readonly name: string
  readonly slot: number
  readonly start: Ir
  readonly stop: Ir
  readonly step: Ir
}

/** What encloses a kernel call, outermost first: a loop, or a condition that must hold. */
export type Enclosure = { readonly loop: Loop } | { readonly guard: Ir }

export interface LoweredReference {
  readonly parameter: string
  readonly indices: readonly Ir[]
}

export interface LoweredCall {
  readonly node: KernelCallNode
  readonly enclosures: readonly Enclosure[]
  readonly reads: readonly LoweredReference[]
  readonly writes: readonly LoweredReference[]
  readonly positional: readonly Ir[]
  readonly keywords: readonly (readonly [string, Ir])[]
}

/** Loop variables are bits of a 32-bit mask. */
const maxDepth = 30

type Names = ReadonlyMap<string, Ir>

interface Context {
  readonly names: Names
  readonly depth: number
  readonly enclosures: readonly Enclosure[]
}

/** The kernel calls of a program in source order. `scalars` are the values of its scalar parameters. */
export function lower(program: ProgramNode, scalars: ReadonlyMap<string, Value>): readonly LoweredCall[] {
  const calls: LoweredCall[] = []
  const names = new Map([...scalars].map(([name, value]) => [name, constant(value)]))
  lowerBlock(program.body, { names, depth: 0, enclosures: [] }, calls)
  return calls
}

/** A scalar expression of the parameters only, such as a declared extent. */
export function lowerExpression(node: ExpressionNode, names: Names): Ir {
  switch (node.kind) {
    case 'Number':
      return constant(fromText(node.text))
    case 'Name':
      return names.get(node.id) ?? fault(new EvaluationError('unbound', `'${node.id}' has no value here`))
    case 'Unary': {
      const operand = lowerExpression(node.operand, names)
      if (node.operator === 'not') return not(operand)
      return node.operator === '+' ? operand : binary('-', constant(0), operand)
    }
    case 'Binary':
      return binary(node.operator, lowerExpression(node.left, names), lowerExpression(node.right, names))
    case 'Compare':
      return compareIr(
        node.operators,
        node.operands.map((operand) => lowerExpression(operand, names)),
      )
    case 'Logical':
      return logical(node.operator, lowerExpression(node.left, names), lowerExpression(node.right, names))
    case 'Call':
      return call(
        node.callee.id,
        node.arguments.map((argument) => lowerExpression(argument, names)),
      )
  }
}

/** @returns the scalars that the block assigns */
function lowerBlock(body: readonly StatementNode[], context: Context, calls: LoweredCall[]): Names {
  const names = new Map(context.names)
  const assigned = new Map<string, Ir>()
  const inner: Context = { ...context, names }
  const assign = (name: string, value: Ir): void => {
    names.set(name, value)
    assigned.set(name, value)
  }
  for (const statement of body) {
    switch (statement.kind) {
      case 'For':
        lowerLoop(statement, inner, calls)
        break
      case 'If':
        for (const [name, value] of lowerIf(statement, inner, calls)) assign(name, value)
        break
      case 'Assign':
        assign(statement.name.id, lowerAssign(statement, names))
        break
      case 'KernelCall':
        calls.push(lowerCall(statement, inner))
        break
      case 'ProgramCall':
        throw new CompileError(
          `program '${statement.callee.id}' is called and not inlined: inline the program before it is compiled`,
        )
    }
  }
  return assigned
}

const lowerAssign = (node: AssignNode, names: Names): Ir => lowerExpression(node.value, names)

function lowerLoop(node: ForNode, context: Context, calls: LoweredCall[]): void {
  const { names, depth, enclosures } = context
  if (depth >= maxDepth) throw new CompileError(`loop '${node.variable.id}' is nested deeper than ${maxDepth} loops`)
  const bound = (expression: ExpressionNode | undefined, absent: number): Ir =>
    expression ? lowerExpression(expression, names) : constant(absent)
  const loop: Loop = {
    name: node.variable.id,
    slot: depth,
    start: bound(node.start, 0),
    stop: lowerExpression(node.stop, names),
    step: bound(node.step, 1),
  }
  lowerBlock(
    node.body,
    {
      names: new Map(names).set(loop.name, slotIr(depth)),
      depth: depth + 1,
      enclosures: [...enclosures, { loop }],
    },
    calls,
  )
}

/** @returns the scalars that every branch assigns, each as a choice between the branches */
function lowerIf(node: IfNode, context: Context, calls: LoweredCall[]): Names {
  const { names, enclosures } = context
  const branches: { readonly test: Ir; readonly assigned: Names }[] = []
  const guards: Enclosure[] = []
  for (const branch of node.branches) {
    const test = lowerExpression(branch.test, names)
    const assigned = lowerBlock(
      branch.body,
      { ...context, enclosures: [...enclosures, ...guards, { guard: test }] },
      calls,
    )
    branches.push({ test, assigned })
    guards.push({ guard: not(test) })
  }
  const otherwise = lowerBlock(node.otherwise, { ...context, enclosures: [...enclosures, ...guards] }, calls)
  const merged = new Map<string, Ir>()
  for (const [name, last] of otherwise) {
    if (!branches.every((branch) => branch.assigned.has(name))) continue
    merged.set(
      name,
      branches.reduceRight((rest, { test, assigned }) => select(test, assigned.get(name)!, rest), last),
    )
  }
  return merged
}

function lowerCall(node: KernelCallNode, { names, enclosures }: Context): LoweredCall {
  const reference = (tile: TileRefNode): LoweredReference => ({
    parameter: tile.matrix.id,
    indices: tile.indices.map((index) => lowerExpression(index, names)),
  })
  const reads: LoweredReference[] = []
  const positional: Ir[] = []
  for (const argument of node.arguments) {
    if (argument.kind === 'TileRef') reads.push(reference(argument))
    else positional.push(lowerExpression(argument, names))
  }
  return {
    node,
    enclosures,
    reads,
    writes: node.targets.map(reference),
    positional,
    keywords: node.keywords.map((keyword) => [keyword.name.id, lowerExpression(keyword.value, names)] as const),
  }
}
