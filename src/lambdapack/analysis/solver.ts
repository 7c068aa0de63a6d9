/**
 * Answers "at which tasks does this reference name this tile?" without walking the loops.
 *
 * A tile index t gives the equations e_k(v) = t_k in the loop variables v; conditions such as `i == 0` are equations too.
 * Variables become known one by one: an equation that is affine in a single unknown is solved; where there is none, the
 * unknown with the fewest values is enumerated. Ranges, conditions and the equations left over are checked as soon as all
 * that they depend on is known. Which step comes when follows from the set of known variables, so each set is planned once.
 */

import { add, divide, EvaluationError, negate, toWhole, type Value } from '../exact/index.ts'
import { affineIn } from './affine.ts'
import { inRange, iterations } from './domain.ts'
import { type Environment, exactOf, truthOf, wholeOf } from './evaluate.ts'
import { binary, conjuncts, type Ir } from './ir.ts'
import type { Range, Reference, Statement } from './statement.ts'

/** Called with the loop variables of a solution, one array that changes; true ends the search. */
export type Visit = (vars: readonly number[]) => boolean

export interface Solver {
  /** Visits each task at which the reference names this index, once; true when the visitor ended the search. */
  solve(index: readonly number[], visit: Visit): boolean
}

/** Equations are bits of a 32-bit mask; conditions beyond are only checked. */
const maxEquations = 30

/** left = index[target], or left = 0 for a condition. */
interface Equation {
  readonly ir: Ir
  readonly target: number | undefined
}

interface Check {
  readonly free: number
  /** Range of a variable: nothing to check when the variable was enumerated. */
  readonly slot: number | undefined
  /** Nothing to check when the equation was solved. */
  readonly equation: number | undefined
  readonly holds: (env: Environment, index: readonly number[]) => boolean
}

interface State {
  readonly known: number
  readonly enumerated: number
  readonly solved: number
  /** Variables that were known when checks were last done; -1 before the first time. */
  readonly checkedAt: number
  /** Equations whose coefficient turned out to be 0 on this path, as `;3;`. */
  readonly degenerate: string
}

interface Solve {
  readonly kind: 'solve'
  readonly slot: number
  readonly target: number | undefined
  readonly equation: number
  readonly coefficient: Ir
  readonly offset: Ir
  readonly fastCoefficient: (env: Environment) => number
  readonly fastOffset: (env: Environment) => number
  readonly whole: boolean
}

type Step = Solve | { readonly kind: 'enumerate'; readonly candidates: readonly Range[] } | { readonly kind: 'found' }

interface Plan {
  readonly state: State
  readonly checks: readonly Check[]
  readonly step: Step
  readonly next: Map<string, Plan>
}

/** Compiles a reference of a statement into a solver; plans are made when first needed. */
export function compileSolver(statement: Statement, reference: Reference): Solver {
  const { equations, checks } = systemOf(statement, reference)
  const all = 2 ** statement.ranges.length - 1
  const start: State = { known: 0, enumerated: 0, solved: 0, checkedAt: -1, degenerate: '' }
  const plans = new Map<string, Plan>()

  const planFor = (state: State): Plan => {
    const key = `${state.known},${state.enumerated},${state.solved},${state.checkedAt}${state.degenerate}`
    const plan = plans.get(key) ?? makePlan(state)
    plans.set(key, plan)
    return plan
  }

  const makePlan = (state: State): Plan => {
    const { known, enumerated, solved, checkedAt } = state
    const now = checks.filter(({ free, slot, equation }) => {
      if ((free & ~known) !== 0 || (checkedAt >= 0 && (free & ~checkedAt) === 0)) return false
      if (slot !== undefined && (enumerated & (1 << slot)) !== 0) return false
      return equation === undefined || (solved & (1 << equation)) === 0
    })
    const after = { ...state, checkedAt: known }
    return { state: after, checks: now, step: chooseStep(after), next: new Map() }
  }

  const chooseStep = ({ known, solved, degenerate }: State): Step => {
    if (known === all) return { kind: 'found' }
    let best: Solve | undefined
    for (const [position, { ir, target }] of equations.entries()) {
      const unknown = ir.free & ~known
      if (unknown === 0 || (unknown & (unknown - 1)) !== 0 || (solved & (1 << position)) !== 0) continue
      const slot = 31 - Math.clz32(unknown)
      if (degenerate.includes(`;${position};`)) continue
      const affine = affineIn(ir, slot)
      if (!affine) continue
      const { coefficient, offset } = affine
      const solve: Solve = {
        kind: 'solve',
        slot,
        target,
        equation: position,
        coefficient,
        offset,
        fastCoefficient: wholeOf(coefficient),
        fastOffset: wholeOf(offset),
        whole: coefficient.op === 'const' && typeof coefficient.value === 'number',
      }
      if (solve.whole && coefficient.op === 'const' && coefficient.value !== 0) return solve
      best ??= solve
    }
    return best ?? { kind: 'enumerate', candidates: candidates(known) }
  }

  /** Unknowns whose bounds are known; those that some equation or condition waits for, if there are such. */
  const candidates = (known: number): readonly Range[] => {
    const bounded = statement.ranges.filter((range) => (known & (1 << range.slot)) === 0 && (range.free & ~known) === 0)
    const wanted = checks.reduce((mask, check) => (check.slot === undefined ? mask | check.free : mask), 0) & ~known
    const useful = bounded.filter((range) => (wanted & (1 << range.slot)) !== 0)
    return useful.length > 0 ? useful : bounded.slice(0, 1)
  }

  const run = (plan: Plan, vars: number[], index: readonly number[], visit: Visit): boolean => {
    for (const check of plan.checks) if (!check.holds(vars, index)) return false
    const { step, state } = plan
    if (step.kind === 'found') return visit(vars)
    if (step.kind === 'enumerate') {
      const range = smallest(step.candidates, vars)
      if (!range) return false
      const next = successor(plan, `${range.slot}`, () => ({
        ...state,
        known: state.known | (1 << range.slot),
        enumerated: state.enumerated | (1 << range.slot),
      }))
      const first = range.start(vars)
      const stride = range.step(vars)
      const count = iterations(range, vars)
      for (let k = 0; k < count; k++) {
        vars[range.slot] = first + k * stride
        if (run(next, vars, index, visit)) return true
      }
      return false
    }
    const value = solution(step, vars, step.target === undefined ? 0 : index[step.target]!)
    if (value === undefined) return false
    if (value === 'any')
      return run(
        successor(plan, 'degenerate', () => ({ ...state, degenerate: `${state.degenerate};${step.equation};` })),
        vars,
        index,
        visit,
      )
    vars[step.slot] = value
    const next = successor(plan, 'solved', () => ({
      ...state,
      known: state.known | (1 << step.slot),
      solved: state.solved | (1 << step.equation),
    }))
    return run(next, vars, index, visit)
  }

  const successor = (plan: Plan, key: string, state: () => State): Plan => {
    const known = plan.next.get(key)
    if (known) return known
    const next = planFor(state())
    plan.next.set(key, next)
    return next
  }

  let root: Plan | undefined
  return {
    solve: (index, visit) => {
      root ??= planFor(start)
      return run(root, new Array<number>(statement.ranges.length).fill(0), index, visit)
    },
  }
}

function systemOf(statement: Statement, reference: Reference): { equations: Equation[]; checks: Check[] } {
  const equations: Equation[] = []
  const checks: Check[] = []
  for (const range of statement.ranges)
    checks.push({
      free: range.free | (1 << range.slot),
      slot: range.slot,
      equation: undefined,
      holds: tolerant((env) => inRange(range, env)),
    })
  for (const [target, ir] of reference.indices.entries()) {
    const evaluate = reference.evaluate[target]!
    checks.push({
      free: ir.free,
      slot: undefined,
      equation: equations.length,
      holds: tolerant((env, index) => evaluate(env) === index[target]!),
    })
    equations.push({ ir, target })
  }
  for (const enclosure of statement.enclosures) {
    if ('slot' in enclosure) continue
    for (const ir of conjuncts(enclosure.ir)) {
      const holds = tolerant(truthOf(ir))
      const equation =
        equations.length < maxEquations && ir.op === 'compare' && ir.operators.length === 1 && ir.operators[0] === '=='
      checks.push({ free: ir.free, slot: undefined, equation: equation ? equations.length : undefined, holds })
      if (equation && ir.op === 'compare')
        equations.push({ ir: binary('-', ir.operands[0]!, ir.operands[1]!), target: undefined })
    }
  }
  return { equations, checks }
}

/**
 * A check that has no value does not hold: the variables at which it has none are excluded by another condition, or the
 * program is at fault, which the checker reports.
 */
function tolerant(
  holds: (env: Environment, index: readonly number[]) => boolean,
): (env: Environment, index: readonly number[]) => boolean {
  return (env, index) => attempt(() => holds(env, index)) ?? false
}

function attempt<T>(evaluate: () => T): T | undefined {
  try {
    return evaluate()
  } catch (error) {
    if (error instanceof EvaluationError) return undefined
    throw error
  }
}

function smallest(candidates: readonly Range[], env: Environment): Range | undefined {
  if (candidates.length === 1) return candidates[0]
  let best: Range | undefined
  let fewest = Infinity
  for (const range of candidates) {
    const count = attempt(() => iterations(range, env)) ?? 0
    if (count < fewest) [best, fewest] = [range, count]
  }
  return best
}

/** The unknown of coefficient * u + offset = target: `undefined` when no whole number solves it, 'any' when every one does. */
function solution(step: Solve, env: Environment, target: number): number | 'any' | undefined {
  if (step.whole) {
    const offset = attempt(() => step.fastOffset(env))
    if (offset !== undefined) {
      const coefficient = step.fastCoefficient(env)
      const difference = target - offset
      if (coefficient !== 0 && Number.isSafeInteger(difference))
        return difference % coefficient === 0 ? difference / coefficient + 0 : undefined
    }
  }
  return attempt(() => {
    const coefficient = exactOf(step.coefficient, env)
    const difference: Value = add(target, negate(exactOf(step.offset, env)))
    if (coefficient === 0) return difference === 0 ? 'any' : undefined
    return toWhole(divide(difference, coefficient))
  })
}
