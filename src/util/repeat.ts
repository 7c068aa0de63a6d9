import { setTimeout as sleep } from 'node:timers/promises'

/** Calls `work` now and at intervals until the signal; a call that fails is made again at the next turn. */
export async function repeat(intervalMs: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    try {
      await work()
    } catch {
      // What fails here is tried again; whatever makes it fail for good is reported by the work that needs it.
    }
    try {
      await sleep(intervalMs, undefined, { signal })
    } catch {
      // The only way for a sleep to fail: the signal.
      return
    }
  }
}
