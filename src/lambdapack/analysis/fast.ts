/** Closures over safe integers. They answer NaN when they cannot tell (fractions, logarithms, overflow, faults): then the exact evaluator is asked. */

import { type BinaryOperator, type CompareOperator, holds } from '../exact/index.ts'
import type { Ir } from './ir.ts'

/** Values of the loop variables by slot. */
export type Environment = readonly number[]

/** A safe integer, or NaN. */
export type Fast = (env: Environment) => number

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

/** Compiles an expression; sub-expressions that integers do not reach answer NaN. */
export function fastOf(ir: Ir): Fast {
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
  const up = name === 'ceiling'
  const quotient = logQuotient(operand)
  if (quotient) {
    const [xOf, baseOf] = quotient.map(fastOf) as [Fast, Fast]
    return (env) => integerLog(xOf(env), baseOf(env), up)
  }
  if (operand.op !== 'binary' || operand.operator !== '/') return fastOf(operand)
  const [a, b] = [fastOf(operand.left), fastOf(operand.right)]
  return (env) => (up ? 0 - fastFloorDivide(0 - a(env), b(env)) : fastFloorDivide(a(env), b(env)))
}

/** x and b of log(x) / log(b) or log(x, b). */
function logQuotient(ir: Ir): readonly [Ir, Ir] | undefined {
  if (ir.op === 'call' && ir.name === 'log' && ir.operands.length === 2) return [ir.operands[0]!, ir.operands[1]!]
  if (ir.op !== 'binary' || ir.operator !== '/') return undefined
  const [x, base] = [logArgument(ir.left), logArgument(ir.right)]
  return x && base && [x, base]
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
