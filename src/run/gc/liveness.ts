import { hostname } from 'node:os'
import { isProcessAlive, type RunState } from '../state.ts'

/** A driver that has said nothing for so long is dead, however slow its store is: well above the time after which a run is shown as stale. */
const QUIET_MS = 120_000
/** On one machine the process tells more than its heartbeat; but its number may have gone to another after a day. */
const RECYCLED_MS = 24 * 60 * 60 * 1000

/** Whether the processes that use a store share its machine, so that one can see whether another lives. */
export function isOfThisMachine(storeUrl: string): boolean {
  return storeUrl.startsWith('file:') || storeUrl.startsWith('memory:')
}

/** Whether somebody may be at work on a run, given what its driver last said; in doubt true. */
export function mayBeAlive(state: RunState | undefined, storeUrl: string, now: number): boolean {
  if (state?.state !== 'running') return false
  const silentMs = now - state.heartbeatAt
  if (isOfThisMachine(storeUrl) && state.host === hostname() && !state.shared) {
    return isProcessAlive(state.pid) && silentMs < RECYCLED_MS
  }
  return silentMs < QUIET_MS
}
