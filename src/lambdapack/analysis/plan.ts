/** Which variable becomes known next, and how: planned once for each set of known variables. */

import { affineIn } from './affine.ts'
import { wholeOf } from './evaluate.ts'
import type { Environment } from './fast.ts'
import type { Ir } from './ir.ts'
import { type Direction, directionIn } from './monotone.ts'
import type { Range, Statement } from './statement.ts'
import type { Check, Relation, System } from './system.ts'

/** Solves coefficient * u + offset = target for the variable of a slot. */
export interface SolveStep {
  readonly kind: 'solve'
  readonly slot: number
  readonly target: number | undefined
  readonly equation: number
  readonly coefficient: Ir
  readonly offset: Ir
  readonly fastCoefficient: (env: Environment) => number
  readonly fastOffset: (env: Environment) => number
  /** The coefficient is an integer other than 0, whatever the variables. */
  readonly isPlain: boolean
}

/** A variable that may be enumerated, with the relations that narrow its values down. */
export interface Candidate {
  readonly range: Range
  readonly bounds: readonly { readonly relation: Relation; readonly direction: Direction }[]
}

export type Step =
  | SolveStep
  | { readonly kind: 'enumerate'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'found' }

/** Checks that are due, then a step. */
export interface Plan {
  readonly checks: readonly Check[]
  readonly step: Step
  /** The plan after the variable is solved for, or enumerated. */
  after(slot: number): Plan
  /** The plan after the coefficient turned out to be 0: the equation holds for every value of the unknown. */
  readonly degenerate: () => Plan
}

interface State {
  readonly known: number
  readonly enumerated: number
  readonly solved: number
  /** Equations whose coefficient turned out to be 0. */
  readonly idle: number
  /** Variables that were known when checks were last done; -1 before the first time. */
  readonly checkedAt: number
}

export class Planner {
  readonly #statement: Statement
  readonly #system: System
  readonly #plans = new Map<string, Plan>()

  constructor(statement: Statement, system: System) {
    this.#statement = statement
    this.#system = system
  }

  start(): Plan {
    return this.#plan({ known: 0, enumerated: 0, solved: 0, idle: 0, checkedAt: -1 })
  }

  #plan(state: State): Plan {
    const key = Object.values(state).join()
    const plan = this.#plans.get(key) ?? this.#make(state)
    this.#plans.set(key, plan)
    return plan
  }

  #make(state: State): Plan {
    const { known, enumerated, solved, idle } = state
    const step = this.#step(state)
    const next: (Plan | undefined)[] = []
    let degenerate: Plan | undefined
    const learned = (slot: number): State => {
      const bit = 1 << slot
      if (step.kind === 'solve')
        return { ...state, known: known | bit, solved: solved | (1 << step.equation), checkedAt: known }
      return { ...state, known: known | bit, enumerated: enumerated | bit, checkedAt: known }
    }
    return {
      checks: this.#due(state),
      step,
      after: (slot) => {
        next[slot] ??= this.#plan(learned(slot))
        return next[slot]
      },
      degenerate: () => {
        const equation = step.kind === 'solve' ? 1 << step.equation : 0
        degenerate ??= this.#plan({ ...state, idle: idle | equation, checkedAt: known })
        return degenerate
      },
    }
  }

  #due({ known, enumerated, solved, checkedAt }: State): readonly Check[] {
    return this.#system.checks.filter(({ free, slot, equation }) => {
      if ((free & ~known) !== 0 || (checkedAt >= 0 && (free & ~checkedAt) === 0)) return false
      if (slot !== undefined && (enumerated & (1 << slot)) !== 0) return false
      return equation === undefined || (solved & (1 << equation)) === 0
    })
  }

  #step({ known, solved, idle }: State): Step {
    if (known === 2 ** this.#statement.ranges.length - 1) return { kind: 'found' }
    let best: SolveStep | undefined
    for (const [equation, { ir, target }] of this.#system.equations.entries()) {
      const unknown = ir.free & ~known
      const isSingle = unknown !== 0 && (unknown & (unknown - 1)) === 0
      if (!isSingle || ((solved | idle) & (1 << equation)) !== 0) continue
      const slot = 31 - Math.clz32(unknown)
      const affine = affineIn(ir, slot)
      if (!affine) continue
      const { coefficient, offset } = affine
      const isPlain = coefficient.op === 'const' && typeof coefficient.value === 'number' && coefficient.value !== 0
      const step: SolveStep = {
        kind: 'solve',
        slot,
        target,
        equation,
        coefficient,
        offset,
        fastCoefficient: wholeOf(coefficient),
        fastOffset: wholeOf(offset),
        isPlain,
      }
      if (isPlain) return step
      best ??= step
    }
    return best ?? { kind: 'enumerate', candidates: this.#candidates(known) }
  }

  /** Unknowns whose bounds are known; only those that an equation or condition waits for, if there are such. */
  #candidates(known: number): readonly Candidate[] {
    const bounded = this.#statement.ranges.filter(
      ({ slot, free }) => (known & (1 << slot)) === 0 && (free & ~known) === 0,
    )
    const wanted = this.#system.checks.reduce((mask, { free, slot }) => (slot === undefined ? mask | free : mask), 0)
    const useful = bounded.filter(({ slot }) => (wanted & (1 << slot)) !== 0)
    return (useful.length > 0 ? useful : bounded.slice(0, 1)).map((range) => {
      const bounds = this.#system.relations.flatMap((relation) => {
        if ((relation.ir.free & ~known) !== 1 << range.slot || relation.relation === '!=') return []
        const direction = directionIn(relation.ir, range.slot)
        return direction ? [{ relation, direction }] : []
      })
      return { range, bounds }
    })
  }
}
