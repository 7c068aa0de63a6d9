/** Evaluation of resolved expressions at values of the loop variables: fast where all is integers, exact always. */

import type { CompareOperator, Value } from '../exact/index.ts'
import * as exact from '../exact/index.ts'
import { type Environment, type Fast, fastOf } from './fast.ts'
import type { Ir } from './ir.ts'

/** Exact value. @throws EvaluationError */
export function exactOf(ir: Ir, env: Environment): Value {
  switch (ir.op) {
    case 'const':
      return ir.value
    case 'slot':
      return env[ir.slot]!
    case 'binary':
      return exact.binary(ir.operator, exactOf(ir.left, env), exactOf(ir.right, env))
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
      return exact.applied(
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

function exactCompare(operators: readonly CompareOperator[], operands: readonly Ir[], env: Environment): Value {
  let left = exactOf(operands[0]!, env)
  for (const [position, operator] of operators.entries()) {
    const right = exactOf(operands[position + 1]!, env)
    if (!exact.holds(operator, exact.compare(left, right))) return 0
    left = right
  }
  return 1
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
