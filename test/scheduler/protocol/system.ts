import { breaks, drives, expires } from './environment.ts'
import type { System } from './explore.ts'
import { violation } from './invariants.ts'
import type { Graph } from './programs.ts'
import { goodRules, Masks, openEpoch, type Rules } from './rules.ts'
import { type Budget, keyOf, noFaults, type State } from './state.ts'
import { WorkerMoves } from './worker-moves.ts'

export interface Setting {
  readonly graph: Graph
  readonly workers: number
  /** Tasks that a worker holds at once. @default 1 */
  readonly capacity?: number
  /** Whether workers may keep results in memory. @default false */
  readonly keeps?: boolean
  readonly faults?: Partial<Budget>
  readonly rules?: Partial<Rules>
}

/** Lease, compute, write, complete and recover, as a system that can be explored. */
export function protocol({ graph, workers, capacity = 1, keeps = false, ...setting }: Setting): System<State> {
  const masks = new Masks(graph)
  const rules = { ...goodRules, ...setting.rules }
  const moves = new WorkerMoves(masks, rules, { capacity, keeps })
  return {
    initial: initialState(masks, workers, { ...noFaults, ...setting.faults }),
    *steps(state) {
      yield* moves.of(state)
      yield* expires(state, masks, rules)
      yield* drives(state, masks, rules)
      yield* breaks(state)
    },
    key: keyOf,
    violation: (state) => violation(state, masks),
    isGoal: (state) => state.isFinished,
  }
}

function initialState(masks: Masks, workers: number, budget: Budget): State {
  const state: State = {
    coordinator: undefined,
    snapshot: undefined,
    store: 0,
    lost: 0,
    workers: Array.from({ length: workers }, () => ({ epoch: 1, memory: 0, jobs: [], burials: [] })),
    messages: [],
    plans: [],
    epoch: 0,
    isFinished: false,
    budget: budget,
  }
  openEpoch(state, masks, masks.plan(0))
  return state
}
