import type { ExpressionNode } from '../ast.ts'
import { EvaluationError } from '../exact/index.ts'
import {
  decimal,
  type Fraction,
  floorOf,
  fraction,
  integerOf,
  log,
  order,
  over,
  plus,
  type Quantity,
  raise,
  times,
} from './arithmetic.ts'

export type Variables = ReadonlyMap<string, Quantity>

const [zero, one, minusOne] = [fraction(0n), fraction(1n), fraction(-1n)]
const truth = (value: boolean): Fraction => (value ? one : zero)

export function isTrue(value: Quantity): boolean {
  return order(value, zero) !== 0
}

/** Walks the expression once for every value of its variables: slow, plain, and the measure for what is fast. */
export function evaluate(node: ExpressionNode, variables: Variables): Quantity {
  const value = (inner: ExpressionNode): Quantity => evaluate(inner, variables)
  switch (node.kind) {
    case 'Number':
      return decimal(node.text)
    case 'Name': {
      const found = variables.get(node.id)
      if (found) return found
      throw new EvaluationError('unbound', `'${node.id}' has no value here`)
    }
    case 'Unary':
      if (node.operator === 'not') return truth(!isTrue(value(node.operand)))
      return node.operator === '-' ? times(minusOne, value(node.operand)) : value(node.operand)
    case 'Binary':
      return binary(node.operator, value(node.left), value(node.right))
    case 'Compare':
      return truth(
        node.operators.every((operator, k) => {
          const sign = order(value(node.operands[k]!), value(node.operands[k + 1]!))
          if (operator === '==') return sign === 0
          if (operator === '!=') return sign !== 0
          return sign === 0 ? operator.endsWith('=') : sign < 0 === operator.startsWith('<')
        }),
      )
    case 'Logical': {
      const left = value(node.left)
      return isTrue(left) === (node.operator === 'and') ? value(node.right) : left
    }
    case 'Call':
      return call(node.callee.id, node.arguments.map(value))
  }
}

function binary(operator: string, a: Quantity, b: Quantity): Quantity {
  switch (operator) {
    case '+':
      return plus(a, b)
    case '-':
      return plus(a, times(minusOne, b))
    case '*':
      return times(a, b)
    case '/':
      return over(a, b)
    case '//':
      return floorOf(over(a, b))
    case '%':
      return plus(a, times(minusOne, times(b, floorOf(over(a, b)))))
    default:
      return raise(a as Fraction, BigInt(integerOf(b)))
  }
}

function call(name: string, values: readonly Quantity[]): Quantity {
  const [first = zero, base] = values
  switch (name) {
    case 'min':
      return values.reduce((a, b) => (order(b, a) < 0 ? b : a))
    case 'max':
      return values.reduce((a, b) => (order(b, a) > 0 ? b : a))
    case 'log':
      return base ? over(log(first), log(base)) : log(first)
    case 'floor':
      return floorOf(first)
    case 'ceiling':
      return times(minusOne, floorOf(times(minusOne, first)))
    default:
      throw new EvaluationError('domain', `${name}() has no meaning`)
  }
}
