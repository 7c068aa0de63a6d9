import type { Step } from './explore.ts'
import { type Budget, copy, type State } from './state.ts'

/** A step on a copy of the state. @param fault what it costs; undefined for a step that happens sooner or later */
export function step(
  state: State,
  label: string,
  fault: keyof Budget | undefined,
  change: (next: State) => void,
): Step<State> {
  const next = copy(state)
  if (fault !== undefined) next.budget[fault]--
  change(next)
  return { label, next, isFault: fault !== undefined }
}
