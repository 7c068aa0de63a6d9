import { hostname } from 'node:os'
import { isNumpywrenError } from '../../errors.ts'
import type { Store } from '../../storage/index.ts'
import { stateKey } from '../keys.ts'
import { readState, writeState } from '../state.ts'
import { expectUnmarked } from './mark.ts'

/**
 * Announces that this process goes on with a run, before it relies on anything that the run has left: from now on no removal of
 * left-overs touches it.
 * @returns puts the state back as it was, for when nothing comes of it
 * @throws RemovalUnderWayError when a removal was quicker
 */
export async function goOnWith(store: Store, runId: string): Promise<() => Promise<void>> {
  const before = await readState(store, runId)
  const at = Date.now()
  const { message: _, settled: __, ...last } = before ?? { startedAt: at, tasksDone: 0, tasksTotal: 0 }
  let isSaid = true
  try {
    await writeState(store, runId, { ...last, state: 'running', heartbeatAt: at, pid: process.pid, host: hostname() })
  } catch (error) {
    // Where nothing can be written the run comes to no more than a look at what is there; its end says why.
    if (!isNumpywrenError(error, 'StoreFullError', 'StorePermissionError')) throw error
    isSaid = false
  }
  const undo = async (): Promise<void> => {
    if (!isSaid) return
    if (before === undefined) await store.delete(stateKey(runId))
    else await writeState(store, runId, before)
  }
  try {
    for (const run of wholesOf(runId)) await expectUnmarked(store, { run })
  } catch (error) {
    await undo()
    throw error
  }
  return undo
}

/** A run and the procedures that it may be a stage of: `a.b` is removed with `a`. */
function wholesOf(runId: string): string[] {
  const names = runId.split('.')
  return names.map((_, at) => names.slice(0, at + 1).join('.')).filter((name) => name !== '')
}
