/**
 * Answers "at which tasks does this reference name this tile?" without walking the loops.
 *
 * A tile index t gives the equations e_k(v) = t_k in the loop variables v; conditions such as `i == 0` are equations too.
 * Variables become known one by one: an equation that is affine in a single unknown is solved; where there is none, the
 * unknown with the fewest values is enumerated, after monotone relations have narrowed them down. Ranges, conditions and the
 * equations left over are checked as soon as all that they depend on is known.
 */

import { add, divide, negate, toWhole } from '../exact/index.ts'
import { attempt } from './attempt.ts'
import { exactOf } from './evaluate.ts'
import type { Environment } from './fast.ts'
import { narrow, type Values } from './narrow.ts'
import { type Candidate, type Plan, Planner, type SolveStep } from './plan.ts'
import type { Reference, Statement } from './statement.ts'
import { systemOf } from './system.ts'

/** Called with the loop variables of a solution, one array that changes; true ends the search. */
export type Visit = (vars: readonly number[]) => boolean

export class Solver {
  readonly #statement: Statement
  readonly #reference: Reference
  #start: Plan | undefined

  constructor(statement: Statement, reference: Reference) {
    this.#statement = statement
    this.#reference = reference
  }

  /** Visits each task at which the reference names this index, once; true when the visitor ended the search. */
  solve(index: readonly number[], visit: Visit): boolean {
    this.#start ??= new Planner(this.#statement, systemOf(this.#statement, this.#reference)).start()
    return follow(this.#start, new Array<number>(this.#statement.ranges.length).fill(0), index, visit)
  }
}

function follow(plan: Plan, vars: number[], index: readonly number[], visit: Visit): boolean {
  for (const check of plan.checks) if (!check.holds(vars, index)) return false
  const { step } = plan
  if (step.kind === 'found') return visit(vars)
  if (step.kind === 'solve') {
    const value = solution(step, vars, step.target === undefined ? 0 : index[step.target]!)
    if (value === undefined) return false
    if (value === 'any') return follow(plan.degenerate(), vars, index, visit)
    vars[step.slot] = value
    return follow(plan.after(step.slot), vars, index, visit)
  }
  const choice = fewest(step.candidates, vars, index)
  if (!choice) return false
  const { slot, values } = choice
  const next = plan.after(slot)
  for (let k = 0; k < values.count; k++) {
    vars[slot] = values.first + k * values.step
    if (follow(next, vars, index, visit)) return true
  }
  return false
}

/** The candidate with the fewest values; `undefined` when one of them has none. */
function fewest(
  candidates: readonly Candidate[],
  vars: number[],
  index: readonly number[],
): { readonly slot: number; readonly values: Values } | undefined {
  let best: { readonly slot: number; readonly values: Values } | undefined
  for (const candidate of candidates) {
    const values = attempt(() => narrow(candidate, vars, index))
    if (!values || values.count === 0) return undefined
    if (!best || values.count < best.values.count) best = { slot: candidate.range.slot, values }
  }
  return best
}

/** The unknown of coefficient * u + offset = target: `undefined` when no whole number solves it, 'any' when every one does. */
function solution(step: SolveStep, env: Environment, target: number): number | 'any' | undefined {
  if (step.isPlain) {
    const offset = attempt(() => step.fastOffset(env))
    const difference = offset === undefined ? Number.NaN : target - offset
    if (Number.isSafeInteger(difference)) {
      const coefficient = step.fastCoefficient(env)
      return difference % coefficient === 0 ? difference / coefficient + 0 : undefined
    }
  }
  return attempt(() => {
    const coefficient = exactOf(step.coefficient, env)
    const difference = add(target, negate(exactOf(step.offset, env)))
    if (coefficient === 0) return difference === 0 ? 'any' : undefined
    return toWhole(divide(difference, coefficient))
  })
}
