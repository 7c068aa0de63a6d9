import { isHeld } from './completion.ts'
import type { Masks } from './rules.ts'
import { has, members, type State } from './state.ts'

/** A fault may cost several plans, as late deletions hit tiles of the next one; without end it never may. */
const maxEpochs = 30

/** What is wrong with a state; undefined for a sound one. */
export function violation(state: State, masks: Masks): string | undefined {
  const epoch = state.coordinator
  if (state.isFinished && (masks.outputs & ~state.store) !== 0)
    return `done was said, but tile ${members(masks.outputs & ~state.store)} of an output is not stored`
  if (state.epoch > maxEpochs) return `${state.epoch} epochs: more plans than faults could have made necessary`
  if (epoch === undefined) return undefined
  const twice = epoch.counted.findIndex((n) => n > 1)
  if (twice >= 0) return `task ${twice} counted twice`
  if (epoch.restored) return undefined
  if (epoch.state === 'done' && (masks.outputs & ~state.store & ~state.lost) !== 0)
    return 'all tasks counted, but an output is not stored'
  return epoch.state === 'running' ? missingTile(state, masks) : undefined
}

/** A tile that a task is still to read and that is nowhere, though no fault took it. */
function missingTile(state: State, masks: Masks): string | undefined {
  const epoch = state.coordinator!
  const pending = epoch.todo & ~epoch.done
  for (const [tile, writer] of masks.writer.entries()) {
    const readers = members(masks.pendingReaders(epoch, tile))
    if (readers.length === 0 || has(pending, writer) || has(state.store | state.lost, tile)) continue
    const isThere = state.workers.some(({ memory, jobs }, w) => {
      const own = readers.map((reader) => jobs.find((job) => job.task === reader && isHeld(epoch, w, job)))
      const consumed = own.some((job) => job !== undefined && has(job.consumed, tile))
      return own.every((job) => job !== undefined) && (has(memory, tile) || consumed)
    })
    if (!isThere) return `task ${writer} counted, task ${readers} is to read its tile ${tile}, and that is nowhere`
  }
  return undefined
}
