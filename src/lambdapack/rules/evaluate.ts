import type { BinaryNode, ExpressionNode, NumberNode, Span } from '../ast.ts'
import * as exact from '../exact/index.ts'
import { EvaluationError, type EvaluationFault, type Value } from '../exact/index.ts'

/** An expression without a value, with the node to blame. */
export class LocatedError extends EvaluationError {
  readonly node: ExpressionNode

  constructor(
    message: string,
    options: ErrorOptions & { readonly fault: EvaluationFault; readonly node: ExpressionNode },
  ) {
    super(options.fault, message, options)
    this.node = options.node
  }
}

type Lookup = (name: string) => Value | undefined

/** Exact value of an expression. @throws LocatedError */
export function evaluate(node: ExpressionNode, lookup: Lookup): Value {
  switch (node.kind) {
    case 'Number':
      return literal(node)
    case 'Name': {
      const value = lookup(node.id)
      if (value === undefined) throw new LocatedError(`'${node.id}' has no value here`, { fault: 'unbound', node })
      return value
    }
    case 'Unary': {
      const operand = evaluate(node.operand, lookup)
      if (node.operator === 'not') return isTrue(operand) ? 0 : 1
      return node.operator === '+' ? operand : exact.negate(operand)
    }
    case 'Binary': {
      const left = evaluate(node.left, lookup)
      const right = evaluate(node.right, lookup)
      return quick(node.operator, left, right) ?? located(node, () => exact.binary(node.operator, left, right))
    }
    case 'Compare': {
      const values = node.operands.map((operand) => evaluate(operand, lookup))
      return node.operators.every((operator, k) =>
        exact.holds(operator, exact.compare(values[k] ?? 0, values[k + 1] ?? 0)),
      )
        ? 1
        : 0
    }
    case 'Logical': {
      const left = evaluate(node.left, lookup)
      return isTrue(left) === (node.operator === 'or') ? left : evaluate(node.right, lookup)
    }
    case 'Call': {
      const values = node.arguments.map((argument) => evaluate(argument, lookup))
      return located(node, () => exact.applied(node.callee.id, values))
    }
  }
}

/** Value of an expression without names. @throws LocatedError, with the fault `unbound` where there is a name */
export function evaluateConstant(node: ExpressionNode): Value {
  return evaluate(node, () => undefined)
}

/** As {@link evaluateConstant}; `undefined` where there is no value. */
export function constantOf(node: ExpressionNode): Value | undefined {
  try {
    return evaluateConstant(node)
  } catch (error) {
    if (error instanceof EvaluationError) return undefined
    throw error
  }
}

/** Whole value of an expression, for an index or a bound. @throws LocatedError */
export function evaluateWhole(node: ExpressionNode, lookup: Lookup): number {
  const value = evaluate(node, lookup)
  return typeof value === 'number' ? value : located(node, () => exact.toWhole(value))
}

const literals = new WeakMap<NumberNode, Value>()

/** The value of a literal, read once. */
function literal(node: NumberNode): Value {
  const known = literals.get(node)
  if (known !== undefined) return known
  const value = located(node, () => exact.fromText(node.text))
  literals.set(node, value)
  return value
}

export function isTrue(value: Value): boolean {
  return exact.compare(value, 0) !== 0
}

/** Where the operator of `left operator right` stands in the text, for faults that are its own. */
export function operatorSpan(node: BinaryNode, text: string): Span {
  const between = text.slice(node.left.span.end, node.right.span.start)
  const at = between.replaceAll(/#[^\n\r]*/g, (comment) => ' '.repeat(comment.length)).indexOf(node.operator)
  if (at < 0) return node.span
  const start = node.left.span.end + at
  return { start, end: start + node.operator.length }
}

function located<T>(node: ExpressionNode, compute: () => T): T {
  try {
    return compute()
  } catch (error) {
    if (error instanceof EvaluationError) {
      throw new LocatedError(shortened(error.message), { fault: error.fault, node, cause: error })
    }
    throw error
  }
}

/** Numbers of more digits than anybody reads are cut. */
function shortened(message: string): string {
  return message.replaceAll(/\d{40,}/g, (digits) => `${digits.slice(0, 10)}... (${digits.length} digits)`)
}

/** Arithmetic of small integers without detours; `undefined` leaves it to the exact one. */
function quick(operator: BinaryNode['operator'], a: Value, b: Value): number | undefined {
  if (typeof a !== 'number' || typeof b !== 'number') return undefined
  const result = operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : Number.NaN
  return Number.isSafeInteger(result) ? result + 0 : undefined
}
