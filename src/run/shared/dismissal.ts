import type { CallOptions, Store } from '../../storage/index.ts'
import { dismissalKey } from '../keys.ts'

/**
 * Has the workers of a group leave, wherever they are, though the run is not over: whoever called for them was interrupted.
 * @param runId a run, or a procedure with its stages
 * @param group as they were told that they are
 */
export async function dismiss(store: Store, runId: string, group: string): Promise<void> {
  await store.put(dismissalKey(runId, group), new TextEncoder().encode('dismissed\n'))
}

export async function isDismissed(store: Store, runId: string, group: string, options?: CallOptions): Promise<boolean> {
  return (await store.stat(dismissalKey(runId, group), options)) !== undefined
}
