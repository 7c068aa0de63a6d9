import { isSame } from './completion.ts'
import type { Step } from './explore.ts'
import { type Masks, openEpoch, type Rules } from './rules.ts'
import { bit, copyEpoch, members, type State } from './state.ts'
import { step } from './step.ts'

/** Leases end: of workers that are gone sooner or later, of living ones by a fault. */
export function* expires(state: State, masks: Masks, rules: Rules): Generator<Step<State>> {
  const epoch = state.coordinator
  if (epoch?.state !== 'running' || !rules.expires) return
  for (const [task, holders] of epoch.holders.entries())
    for (const { worker, token } of holders) {
      const job = state.workers[worker]!.jobs.find((j) => isSame(j, { epoch: epoch.epoch, task, token }))
      if (job !== undefined && state.budget.expiry === 0) continue
      const label = `the lease of worker ${worker} on task ${task} ends${job === undefined ? '' : ', though it lives'}`
      yield step(state, label, job === undefined ? undefined : 'expiry', (next) => {
        const now = next.coordinator!
        now.holders[task] = now.holders[task]!.filter((h) => h.token !== token)
        if (now.holders[task]!.length === 0) now.expired[task] = token
        const alone = job === undefined ? 0 : (masks.reads[task]! & state.workers[worker]!.memory) | job.consumed
        next.lost |= alone & ~next.store
      })
    }
}

/** The driver says done, or plans again and opens an epoch. */
export function* drives(state: State, masks: Masks, rules: Rules): Generator<Step<State>> {
  const { coordinator, plans, store } = state
  const isComplete = (masks.outputs & ~store) === 0
  const isOver = coordinator?.state === 'done' && coordinator.epoch === state.epoch
  if (isOver && (isComplete || !rules.listsBeforeDone))
    yield step(state, 'the driver says done', undefined, (next) => {
      next.isFinished = true
    })
  const isNeeded = coordinator?.epoch !== state.epoch || coordinator.state === 'failed' || (isOver && !isComplete)
  if ((isNeeded && plans.length === 0) || (plans.length === 1 && state.budget.takeover > 0))
    yield step(
      state,
      `${plans.length > 0 ? 'another' : 'the'} driver looks what is left`,
      plans.length > 0 ? 'takeover' : undefined,
      (next) => {
        next.plans.push(plan(next, masks, rules))
      },
    )
  for (const [i, todo] of plans.entries()) {
    const opened = step(state, `a driver opens an epoch for tasks ${members(todo)}`, undefined, (next) => {
      next.plans.splice(i, 1)
      if (todo === 0 && isComplete) next.isFinished = true
      else if (todo !== 0) openEpoch(next, masks, todo)
    })
    // Nobody waits for a driver that was taken for dead.
    yield { ...opened, isFault: !isNeeded }
  }
}

function plan({ coordinator, store }: State, masks: Masks, rules: Rules): number {
  if (rules.plansFromTiles || coordinator === undefined) return masks.plan(store)
  return coordinator.todo & ~coordinator.done
}

/** Faults of the store and of the coordinator. */
export function* breaks(state: State): Generator<Step<State>> {
  const { budget, coordinator } = state
  if (budget.loss > 0)
    for (const tile of members(state.store))
      yield step(state, `the store loses tile ${tile}`, 'loss', (next) => {
        next.store &= ~bit(tile)
        next.lost |= bit(tile)
      })
  if (coordinator === undefined) return
  if (budget.flush > 0)
    yield step(state, 'the coordinator is flushed', 'flush', (next) => {
      next.coordinator = undefined
    })
  if (budget.restore > 0 && state.snapshot === undefined)
    yield step(state, 'the coordinator takes a snapshot', undefined, (next) => {
      next.snapshot = copyEpoch(coordinator)
    })
  if (budget.restore > 0 && state.snapshot !== undefined)
    yield step(state, 'the coordinator comes back as in its snapshot', 'restore', (next) => {
      next.coordinator = { ...copyEpoch(state.snapshot!), restored: true }
      next.snapshot = undefined
    })
}
