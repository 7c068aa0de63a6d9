/**
 * Scalar expressions with names resolved: arguments are constants, loop variables are slots (outermost 0), scalars are
 * shared sub-expressions. What depends on no loop variable is folded when it is built.
 */

import { type BinaryOperator, type CompareOperator, EvaluationError, type Value } from '../exact/index.ts'
import { exactOf } from './evaluate.ts'

interface IrBase {
  /** Bit k is set when the value depends on slot k. */
  readonly free: number
}

export interface ConstIr extends IrBase {
  readonly op: 'const'
  readonly value: Value
}

export interface SlotIr extends IrBase {
  readonly op: 'slot'
  readonly slot: number
}

export interface BinaryIr extends IrBase {
  readonly op: 'binary'
  readonly operator: BinaryOperator
  readonly left: Ir
  readonly right: Ir
}

export interface CompareIr extends IrBase {
  readonly op: 'compare'
  readonly operators: readonly CompareOperator[]
  readonly operands: readonly Ir[]
}

export interface NotIr extends IrBase {
  readonly op: 'not'
  readonly operand: Ir
}

/** Python's: the value is that of the operand which decides. */
export interface LogicalIr extends IrBase {
  readonly op: 'and' | 'or'
  readonly left: Ir
  readonly right: Ir
}

export interface CallIr extends IrBase {
  readonly op: 'call'
  readonly name: string
  readonly operands: readonly Ir[]
}

/** A scalar assigned in the branches of an if: the first value whose test holds. */
export interface SelectIr extends IrBase {
  readonly op: 'select'
  readonly test: Ir
  readonly then: Ir
  readonly otherwise: Ir
}

/** An expression without a value whatever the variables, such as 1 / 0: an error when it is asked for. */
export interface FaultIr extends IrBase {
  readonly op: 'fault'
  readonly error: EvaluationError
}

export type Ir = ConstIr | SlotIr | BinaryIr | CompareIr | NotIr | LogicalIr | CallIr | SelectIr | FaultIr

export function constant(value: Value): ConstIr {
  return { op: 'const', value, free: 0 }
}

export function slotIr(slot: number): SlotIr {
  return { op: 'slot', slot, free: 1 << slot }
}

export function fault(error: EvaluationError): FaultIr {
  return { op: 'fault', error, free: 0 }
}

function fold(ir: Ir): Ir {
  if (ir.free !== 0) return ir
  try {
    return constant(exactOf(ir, []))
  } catch (error) {
    if (error instanceof EvaluationError) return fault(error)
    throw error
  }
}

const isConst = (ir: Ir, value: number): boolean => ir.op === 'const' && ir.value === value

export function binary(operator: BinaryOperator, left: Ir, right: Ir): Ir {
  if (operator === '+' && isConst(left, 0)) return right
  if ((operator === '+' || operator === '-') && isConst(right, 0)) return left
  if (operator === '*' && isConst(left, 1)) return right
  if ((operator === '*' || operator === '/') && isConst(right, 1)) return left
  return fold({ op: 'binary', operator, left, right, free: left.free | right.free })
}

export function compareIr(operators: readonly CompareOperator[], operands: readonly Ir[]): Ir {
  return fold({ op: 'compare', operators, operands, free: freeOf(operands) })
}

/** The negation; double negations and single comparisons are turned round, so that `else` keeps equations visible. */
export function not(operand: Ir): Ir {
  if (operand.op === 'compare' && operand.operators.length === 1)
    return compareIr([opposite[operand.operators[0]!]], operand.operands)
  return fold({ op: 'not', operand, free: operand.free })
}

const opposite = { '<': '>=', '<=': '>', '>': '<=', '>=': '<', '==': '!=', '!=': '==' } as const

export function logical(op: 'and' | 'or', left: Ir, right: Ir): Ir {
  return fold({ op, left, right, free: left.free | right.free })
}

export function call(name: string, operands: readonly Ir[]): Ir {
  const ir: CallIr = { op: 'call', name, operands, free: freeOf(operands) }
  // log(2) is left as it is: quotients of logarithms are then seen as such, and rounded by integers only.
  return name === 'log' ? ir : fold(ir)
}

export function select(test: Ir, then: Ir, otherwise: Ir): Ir {
  return fold({ op: 'select', test, then, otherwise, free: test.free | then.free | otherwise.free })
}

function freeOf(operands: readonly Ir[]): number {
  return operands.reduce((mask, operand) => mask | operand.free, 0)
}

/** The conditions that hold together exactly when the test does: `a and b` is two. */
export function conjuncts(test: Ir): readonly Ir[] {
  if (test.op === 'and') return [...conjuncts(test.left), ...conjuncts(test.right)]
  if (test.op === 'not' && test.operand.op === 'or')
    return [...conjuncts(not(test.operand.left)), ...conjuncts(not(test.operand.right))]
  if (test.op === 'not' && test.operand.op === 'not') return conjuncts(test.operand.operand)
  return [test]
}
