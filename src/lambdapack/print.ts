import type { BranchNode, ExpressionNode, ModuleNode, ParameterNode, ProgramNode, StatementNode } from './ast.ts'
import type { AnyNode } from './visitor.ts'

/**
 * Canonical text of a tree: four spaces, one statement a line, only the parentheses that are needed.
 * Parsing it again gives the same tree, places aside.
 */
export function print(node: AnyNode): string {
  switch (node.kind) {
    case 'Module':
      return printModule(node)
    case 'Program':
      return printProgram(node)
    case 'Parameter':
      return printParameter(node)
    case 'For':
    case 'If':
    case 'Assign':
    case 'KernelCall':
    case 'ProgramCall':
    case 'Return':
    case 'Pass':
      return printStatement(node, '').join('\n')
    case 'Branch':
      return printBranch(node, 'if', '').join('\n')
    case 'Keyword':
      return `${node.name.id}=${printExpression(node.value)}`
    case 'TileRef':
      return `${node.matrix.id}[${node.indices.map((index) => printExpression(index)).join(', ')}]`
    default:
      return printExpression(node)
  }
}

function printModule(module: ModuleNode): string {
  return module.programs.map(printProgram).join('\n\n')
}

function printProgram(program: ProgramNode): string {
  const lines = [`def ${program.name.id}(${program.parameters.map(printParameter).join(', ')}):`]
  if (program.docstring !== undefined) lines.push(`    ${printDocstring(program.docstring)}`)
  lines.push(...program.body.flatMap((statement) => printStatement(statement, '    ')))
  if (lines.length === 1) lines.push('    pass')
  return `${lines.join('\n')}\n`
}

function printDocstring(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\r', '\\r').replaceAll('\0', '\\0')
  return `"""${escaped}"""`
}

function printParameter({ name, type, grid, default: value }: ParameterNode): string {
  const extents = grid === undefined ? '' : `[${grid.map((extent) => printExpression(extent)).join(', ')}]`
  return `${name.id}: ${type}${extents}${value === undefined ? '' : ` = ${printExpression(value)}`}`
}

function printStatement(node: StatementNode, indent: string): string[] {
  switch (node.kind) {
    case 'For': {
      const { variable, start, stop, step } = node
      const bounds = [start ?? (step === undefined ? undefined : zero), stop, step].filter(
        (bound) => bound !== undefined,
      )
      const range = bounds.map((bound) => printExpression(bound)).join(', ')
      return [`${indent}for ${variable.id} in range(${range}):`, ...printBlock(node.body, indent)]
    }
    case 'If': {
      const lines = node.branches.flatMap((branch, i) => printBranch(branch, i === 0 ? 'if' : 'elif', indent))
      if (node.otherwise.length > 0) lines.push(`${indent}else:`, ...printBlock(node.otherwise, indent))
      return lines
    }
    case 'Assign':
      return [`${indent}${node.name.id} = ${printExpression(node.value)}`]
    case 'KernelCall': {
      const operands = [...node.arguments, ...node.keywords].map(print).join(', ')
      return [`${indent}${node.targets.map(print).join(', ')} = ${node.kernel.id}(${operands})`]
    }
    case 'ProgramCall':
      return [`${indent}${node.callee.id}(${[...node.arguments, ...node.keywords].map(print).join(', ')})`]
    case 'Return':
      return [`${indent}return ${node.names.map((name) => name.id).join(', ')}`.trimEnd()]
    case 'Pass':
      return [`${indent}pass`]
  }
}

function printBranch(branch: BranchNode, word: 'if' | 'elif', indent: string): string[] {
  return [`${indent}${word} ${printExpression(branch.test)}:`, ...printBlock(branch.body, indent)]
}

function printBlock(body: readonly StatementNode[], indent: string): string[] {
  if (body.length === 0) return [`${indent}    pass`]
  return body.flatMap((statement) => printStatement(statement, `${indent}    `))
}

const zero: ExpressionNode = { kind: 'Number', text: '0', span: { start: 0, end: 0 } }

/** Binding strength, as in Python: or, and, not, comparison, sum, product, sign, power. */
const strength = { or: 1, and: 2, not: 3, compare: 4, sum: 5, product: 6, sign: 7, power: 8, atom: 9 } as const

function printExpression(node: ExpressionNode, least = 0): string {
  const text = bare(node)
  return strengthOf(node) < least ? `(${text})` : text
}

function bare(node: ExpressionNode): string {
  switch (node.kind) {
    case 'Number':
      return node.text
    case 'Name':
      return node.id
    case 'Call':
      return `${node.callee.id}(${node.arguments.map((argument) => printExpression(argument)).join(', ')})`
    case 'Unary': {
      const operand = printExpression(node.operand, strengthOf(node))
      return node.operator === 'not' ? `not ${operand}` : `${node.operator}${operand}`
    }
    case 'Compare': {
      const operands = node.operands.map((operand) => printExpression(operand, strength.sum))
      return operands.map((operand, i) => (i === 0 ? operand : `${node.operators[i - 1]} ${operand}`)).join(' ')
    }
    case 'Binary': {
      const own = strengthOf(node)
      // Power alone groups to the right, and binds a sign on its right more tightly than one on its left.
      const [left, right] = node.operator === '**' ? [strength.atom, strength.sign] : [own, own + 1]
      return `${printExpression(node.left, left)} ${node.operator} ${printExpression(node.right, right)}`
    }
    case 'Logical': {
      const own = strengthOf(node)
      return `${printExpression(node.left, own)} ${node.operator} ${printExpression(node.right, own + 1)}`
    }
  }
}

function strengthOf(node: ExpressionNode): number {
  switch (node.kind) {
    case 'Logical':
      return strength[node.operator]
    case 'Compare':
      return strength.compare
    case 'Unary':
      return node.operator === 'not' ? strength.not : strength.sign
    case 'Binary':
      if (node.operator === '**') return strength.power
      return node.operator === '+' || node.operator === '-' ? strength.sum : strength.product
    default:
      return strength.atom
  }
}
