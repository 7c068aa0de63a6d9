/** The operators and functions of the language on exact values, by the names that programs use. */

import { EvaluationError } from './errors.ts'
import {
  add,
  ceiling,
  compare,
  divide,
  floor,
  floorDivide,
  log,
  modulo,
  multiply,
  power,
  subtract,
  type Value,
} from './value.ts'

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**'
export type CompareOperator = '<' | '<=' | '>' | '>=' | '==' | '!='

/** `a operator b`. @throws EvaluationError */
export function binary(operator: BinaryOperator, a: Value, b: Value): Value {
  switch (operator) {
    case '+':
      return add(a, b)
    case '-':
      return subtract(a, b)
    case '*':
      return multiply(a, b)
    case '/':
      return divide(a, b)
    case '//':
      return floorDivide(a, b)
    case '%':
      return modulo(a, b)
    case '**':
      return power(a, b)
  }
}

/** Whether `a operator b`, the sign of a - b given. */
export function holds(operator: CompareOperator, sign: number): boolean {
  switch (operator) {
    case '<':
      return sign < 0
    case '<=':
      return sign <= 0
    case '>':
      return sign > 0
    case '>=':
      return sign >= 0
    case '==':
      return sign === 0
    case '!=':
      return sign !== 0
  }
}

/** `min`, `max`, `floor`, `ceiling` or `log` (natural, or with a base) of values. @throws EvaluationError */
export function applied(name: string, values: readonly Value[]): Value {
  const [first, second] = values
  if (first !== undefined) {
    switch (name) {
      case 'min':
        return values.reduce((a, b) => (compare(b, a) < 0 ? b : a))
      case 'max':
        return values.reduce((a, b) => (compare(b, a) > 0 ? b : a))
      case 'floor':
        return floor(first)
      case 'ceiling':
        return ceiling(first)
      case 'log':
        return second === undefined ? log(first) : divide(log(first), log(second))
    }
  }
  throw new EvaluationError('unbound', `'${name}' of ${values.length} numbers has no meaning`)
}
