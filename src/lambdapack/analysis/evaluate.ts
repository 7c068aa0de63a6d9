/**
 * Evaluation of resolved expressions at values of the loop variables. Two evaluators of one meaning: closures over safe
 * integers, which answer NaN when they cannot (fractions, logarithms, overflow, faults), and the exact one, asked then.
 */

import type { Value } from '../exact/index.ts'
import * as exact from '../exact/index.ts'
import type { BinaryOperator, CompareOperator, Ir } from './ir.ts'

/** Values of the loop variables by slot. */
export type Environment = readonly number[]

type Fast = (env: Environment) => number

/** Exact value. @throws EvaluationError */
export function exactOf(ir: Ir, env: Environment): Value {
  switch (ir.op) {
    case 'const':
      return ir.value
    case 'slot':
      return env[ir.slot]!
    case 'binary':
      return exactBinary(ir.operator, exactOf(ir.left, env), exactOf(ir.right, env))
    case 'compare':
      return exactCompare(ir.operators, ir.operands, env)
    case 'not':
      return isTrue(exactOf(ir.operand, env)) ? 0 : 1
    case 'and':
    case 'or': {
      const left = exactOf(ir.left, env)
      return isTrue(left) === (ir.op === 'or') ? left : exactOf(ir.right, env)
    }
    case 'call':
      return exactCall(
        ir.name,
        ir.operands.map((operand) => exactOf(operand, env)),
      )
    case 'select':
      return exactOf(isTrue(exactOf(ir.test, env)) ? ir.then : ir.otherwise, env)
    case 'fault':
      throw ir.error
  }
}

const isTrue = (value: Value): boolean => exact.compare(value, 0) !== 0

function exactBinary(operator: BinaryOperator, a: Value, b: Value): Value {
  switch (operator) {
    case '+':
      return exact.add(a, b)
    case '-':
      return exact.subtract(a, b)
    case '*':
      return exact.multiply(a, b)
    case '/':
      return exact.divide(a, b)
    case '//':
      return exact.floorDivide(a, b)
    case '%':
      return exact.modulo(a, b)
    case '**':
      return exact.power(a, b)
  }
}

function holds(operator: CompareOperator, sign: number): boolean {
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

function exactCompare(operators: readonly CompareOperator[], operands: readonly Ir[], env: Environment): Value {
  let left = exactOf(operands[0]!, env)
  for (const [position, operator] of operators.entries()) {
    const right = exactOf(operands[position + 1]!, env)
    if (!holds(operator, exact.compare(left, right))) return 0
    left = right
  }
  return 1
}

function exactCall(name: string, operands: readonly Value[]): Value {
  const [first, second] = operands
  if (first !== undefined)
    switch (name) {
      case 'min':
        return operands.reduce((a, b) => (exact.compare(b, a) < 0 ? b : a))
      case 'max':
        return operands.reduce((a, b) => (exact.compare(b, a) > 0 ? b : a))
      case 'floor':
        return exact.floor(first)
      case 'ceiling':
        return exact.ceiling(first)
      case 'log':
        return second === undefined ? exact.log(first) : exact.divide(exact.log(first), exact.log(second))
    }
  throw new exact.EvaluationError('domain', `${name}() of ${operands.length} numbers has no meaning`)
}

const safe = (value: number): number => (Number.isSafeInteger(value) ? value + 0 : NaN)

/** Python's floor division of safe integers, NaN when b is 0 or the result is not safe. */
function fastFloorDivide(a: number, b: number): number {
  return safe((a - fastModulo(a, b)) / b)
}

function fastModulo(a: number, b: number): number {
  const remainder = a % b
  return (remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder) + 0
}

const askExact: Fast = () => NaN

function fastBinary(operator: BinaryOperator, a: Fast, b: Fast): Fast {
  switch (operator) {
    case '+':
      return (env) => safe(a(env) + b(env))
    case '-':
      return (env) => safe(a(env) - b(env))
    case '*':
      return (env) => safe(a(env) * b(env))
    case '/':
      return (env) => safe(a(env) / b(env))
    case '//':
      return (env) => fastFloorDivide(a(env), b(env))
    case '%':
      return (env) => fastModulo(a(env), b(env))
    case '**':
      return (env) => {
        const base = a(env)
        const exponent = b(env)
        if (!(exponent >= 0 && exponent <= 64)) return NaN
        let power = 1
        for (let k = 0; k < exponent; k++) power *= base
        return safe(power)
      }
  }
}

function fastCompare(operator: CompareOperator, a: Fast, b: Fast): Fast {
  return (env) => {
    const difference = a(env) - b(env)
    return Number.isNaN(difference) ? NaN : holds(operator, difference) ? 1 : 0
  }
}

function fastOf(ir: Ir): Fast {
  switch (ir.op) {
    case 'const': {
      const { value } = ir
      return typeof value === 'number' ? () => value : askExact
    }
    case 'slot': {
      const { slot } = ir
      return (env) => env[slot]!
    }
    case 'binary':
      return fastBinary(ir.operator, fastOf(ir.left), fastOf(ir.right))
    case 'compare': {
      const [left, right] = ir.operands
      return ir.operators.length === 1 ? fastCompare(ir.operators[0]!, fastOf(left!), fastOf(right!)) : askExact
    }
    case 'not': {
      const operand = fastOf(ir.operand)
      return (env) => {
        const value = operand(env)
        return Number.isNaN(value) ? NaN : value === 0 ? 1 : 0
      }
    }
    case 'and':
    case 'or': {
      const [left, right, decisive] = [fastOf(ir.left), fastOf(ir.right), ir.op === 'or']
      return (env) => {
        const value = left(env)
        return Number.isNaN(value) ? NaN : (value !== 0) === decisive ? value : right(env)
      }
    }
    case 'call': {
      if (ir.name !== 'min' && ir.name !== 'max')
        return ir.name === 'log' ? askExact : fastRounding(ir.name, ir.operands)
      const [operands, choose] = [ir.operands.map(fastOf), ir.name === 'min' ? Math.min : Math.max]
      return (env) => {
        let best = operands[0]!(env)
        for (let k = 1; k < operands.length; k++) best = choose(best, operands[k]!(env))
        return best
      }
    }
    case 'select': {
      const [test, then, otherwise] = [fastOf(ir.test), fastOf(ir.then), fastOf(ir.otherwise)]
      return (env) => {
        const value = test(env)
        return Number.isNaN(value) ? NaN : value !== 0 ? then(env) : otherwise(env)
      }
    }
    case 'fault':
      return askExact
  }
}

/** floor and ceiling: of a quotient of integers or of their logarithms, or of what is whole already. */
function fastRounding(name: string, operands: readonly Ir[]): Fast {
  const [operand] = operands
  if (operand === undefined || operands.length > 1) return askExact
  if (operand.op !== 'binary' || operand.operator !== '/') return fastOf(operand)
  const up = name === 'ceiling'
  const [x, base] = [logArgument(operand.left), logArgument(operand.right)]
  if (x && base) {
    const [xOf, baseOf] = [fastOf(x), fastOf(base)]
    return (env) => integerLog(xOf(env), baseOf(env), up)
  }
  const [a, b] = [fastOf(operand.left), fastOf(operand.right)]
  return (env) => (up ? 0 - fastFloorDivide(0 - a(env), b(env)) : fastFloorDivide(a(env), b(env)))
}

function logArgument(ir: Ir): Ir | undefined {
  return ir.op === 'call' && ir.name === 'log' && ir.operands.length === 1 ? ir.operands[0] : undefined
}

/** The greatest k with base ** k <= x, or the smallest with base ** k >= x; NaN for what is not so simple. */
function integerLog(x: number, base: number, up: boolean): number {
  if (!(x >= 1 && base >= 2)) return NaN
  let [power, k] = [1, 0]
  while (power * base <= x) {
    power *= base
    k++
  }
  return up && power < x ? k + 1 : k
}

/** A function from loop variables to a whole number, compiled when it is first called. @throws EvaluationError */
export function wholeOf(ir: Ir): (env: Environment) => number {
  let fast: Fast | undefined
  return (env) => {
    fast ??= fastOf(ir)
    const value = fast(env)
    return Number.isNaN(value) ? exact.toWhole(exactOf(ir, env)) : value
  }
}

/** A function from loop variables to the truth of a test. @throws EvaluationError */
export function truthOf(ir: Ir): (env: Environment) => boolean {
  let fast: Fast | undefined
  return (env) => {
    fast ??= fastOf(ir)
    const value = fast(env)
    return Number.isNaN(value) ? isTrue(exactOf(ir, env)) : value !== 0
  }
}

/** A function from loop variables to the nearest double, for scalars that go to kernels. @throws EvaluationError */
export function numberOf(ir: Ir): (env: Environment) => number {
  return (env) => exact.toNumber(exactOf(ir, env))
}
