/** What can happen next in a state. */
export interface Step<S> {
  readonly label: string
  readonly next: S
  /** True for what nobody can count on: a fault. What remains must bring every state to its goal. */
  readonly isFault: boolean
}

export interface System<S> {
  readonly initial: S
  steps(state: S): Iterable<Step<S>>
  /** Two states with one key are the same. */
  key(state: S): string
  /** What is wrong with a state; undefined for a sound one. */
  violation(state: S): string | undefined
  isGoal(state: S): boolean
}

export interface Exploration {
  readonly states: number
  readonly steps: number
  /** The shortest way to a state that is wrong, or from which no goal can be reached any more. */
  readonly counterexample: { readonly problem: string; readonly trace: readonly string[] } | undefined
}

/**
 * Visits every reachable state, breadth first, and then looks whether each can still reach a goal without faults.
 * @throws Error beyond `limit` states: the system is larger than its author thought
 */
export function explore<S>(system: System<S>, limit = 2_000_000): Exploration {
  const states: S[] = [system.initial]
  const ids = new Map([[system.key(system.initial), 0]])
  /** For each state the one it was found from, and how. */
  const origins: { readonly from: number; readonly label: string }[] = [{ from: -1, label: '' }]
  const fairFrom: number[] = []
  const fairTo: number[] = []
  let steps = 0
  const traceTo = (id: number): string[] => {
    const labels: string[] = []
    for (let at = id; origins[at]!.from >= 0; at = origins[at]!.from) labels.push(origins[at]!.label)
    return labels.reverse()
  }
  const result = (problem?: string, at = 0): Exploration => ({
    states: states.length,
    steps,
    counterexample: problem === undefined ? undefined : { problem, trace: traceTo(at) },
  })
  const goals: number[] = []
  for (let id = 0; id < states.length; id++) {
    const state = states[id]!
    const problem = system.violation(state)
    if (problem !== undefined) return result(problem, id)
    if (system.isGoal(state)) {
      goals.push(id)
      continue
    }
    for (const { label, next, isFault } of system.steps(state)) {
      steps++
      const key = system.key(next)
      let to = ids.get(key)
      if (to === undefined) {
        to = states.length
        if (to >= limit) throw new Error(`more than ${limit} states`)
        ids.set(key, to)
        states.push(next)
        origins.push({ from: id, label })
      }
      if (isFault) continue
      fairFrom.push(id)
      fairTo.push(to)
    }
  }
  const stuck = firstUnreached(states.length, goals, fairFrom, fairTo)
  return stuck === undefined ? result() : result('from here the run can never finish', stuck)
}

/** The first state from which no goal can be reached, by walking back from the goals. */
function firstUnreached(count: number, goals: readonly number[], from: number[], to: number[]): number | undefined {
  // Edges sorted by target: those into state s are order[starts[s]] to order[starts[s + 1] - 1].
  const starts = new Int32Array(count + 1)
  for (const target of to) starts[target + 1]!++
  for (let i = 0; i < count; i++) starts[i + 1]! += starts[i]!
  const fill = starts.slice()
  const order = new Int32Array(to.length)
  for (const [edge, target] of to.entries()) order[fill[target]!++] = from[edge]!
  const reaches = new Uint8Array(count)
  const stack = [...goals]
  for (const goal of goals) reaches[goal] = 1
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    for (let i = starts[at]!; i < starts[at + 1]!; i++) {
      const origin = order[i]!
      if (reaches[origin] === 1) continue
      reaches[origin] = 1
      stack.push(origin)
    }
  }
  const at = reaches.indexOf(0)
  return at < 0 ? undefined : at
}
