/** The equations and conditions that say at which loop variables a reference names a tile. */

import type { CompareOperator } from '../exact/index.ts'
import { attempt } from './attempt.ts'
import { inRange } from './domain.ts'
import { truthOf, wholeOf } from './evaluate.ts'
import type { Environment } from './fast.ts'
import { binary, conjuncts, type Ir } from './ir.ts'
import type { Reference, Statement } from './statement.ts'

/** ir = index[target], or ir = 0 for a condition. */
export interface Equation {
  readonly ir: Ir
  readonly target: number | undefined
}

/** What must hold once all that it depends on is known. */
export interface Check {
  readonly free: number
  /** Set for the range of a variable: nothing to check when the variable was enumerated. */
  readonly slot: number | undefined
  /** Set for an equation: nothing to check when it was solved. */
  readonly equation: number | undefined
  readonly holds: (env: Environment, index: readonly number[]) => boolean
}

/** `difference relation 0`, by which the values of an unknown can be narrowed down where the difference is monotone. */
export interface Relation {
  readonly ir: Ir
  readonly relation: CompareOperator
  readonly difference: (env: Environment, index: readonly number[]) => number
}

export interface System {
  readonly equations: readonly Equation[]
  readonly checks: readonly Check[]
  readonly relations: readonly Relation[]
}

/** Equations are bits of a 32-bit mask; conditions beyond are only checked. */
const maxEquations = 30

export function systemOf(statement: Statement, reference: Reference): System {
  const equations: Equation[] = []
  const checks: Check[] = []
  const relations: Relation[] = []
  for (const range of statement.ranges)
    checks.push({
      free: range.free | (1 << range.slot),
      slot: range.slot,
      equation: undefined,
      holds: tolerant((env) => inRange(range, env)),
    })
  for (const [target, ir] of reference.indices.entries()) {
    const evaluate = reference.evaluate[target]!
    const holds = tolerant((env, index) => evaluate(env) === index[target]!)
    checks.push({ free: ir.free, slot: undefined, equation: equations.length, holds })
    equations.push({ ir, target })
    relations.push({ ir, relation: '==', difference: (env, index) => evaluate(env) - index[target]! })
  }
  for (const enclosure of statement.enclosures) {
    if ('slot' in enclosure) continue
    for (const ir of conjuncts(enclosure.ir)) {
      const comparison = ir.op === 'compare' && ir.operators.length === 1 ? ir : undefined
      const relation = comparison?.operators[0]
      const isEquation = relation === '==' && equations.length < maxEquations
      checks.push({
        free: ir.free,
        slot: undefined,
        equation: isEquation ? equations.length : undefined,
        holds: tolerant(truthOf(ir)),
      })
      if (!comparison || !relation) continue
      const difference = binary('-', comparison.operands[0]!, comparison.operands[1]!)
      if (isEquation) equations.push({ ir: difference, target: undefined })
      relations.push({ ir: difference, relation, difference: wholeOf(difference) })
    }
  }
  return { equations, checks, relations }
}

/**
 * A check that has no value does not hold: the variables at which it has none are excluded by another condition, or the
 * program is at fault, which the checker reports.
 */
function tolerant(holds: Check['holds']): Check['holds'] {
  return (env, index) => attempt(() => holds(env, index)) ?? false
}
