import { setTimeout as sleep } from 'node:timers/promises'
import { isDismissed } from '../run/index.ts'
import { openStore } from '../storage/index.ts'

/** A worker asks this often whether it is still wanted: its driver waits some seconds for it when it is not. */
const ASK_MS = 3000

/** Watches for the word that whoever called for a group of workers wants them no more. */
export class Dismissal {
  readonly #dismissed = new AbortController()
  readonly #over = new AbortController()
  readonly #watching: Promise<void>

  constructor(storeUrl: string, runId: string, group: string) {
    this.#watching = this.#watch(storeUrl, runId, group)
  }

  /** Raised when the workers are to leave. */
  get signal(): AbortSignal {
    return this.#dismissed.signal
  }

  async close(): Promise<void> {
    this.#over.abort()
    await this.#watching
  }

  async #watch(storeUrl: string, runId: string, group: string): Promise<void> {
    const { signal } = this.#over
    const store = openStore(storeUrl)
    try {
      for (;;) {
        await sleep(ASK_MS * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined)
        if (signal.aborted) return
        // A store that does not answer is asked again: the work itself says when it is gone for good.
        if (await isDismissed(store, runId, group, { signal }).catch(() => false)) return this.#dismissed.abort()
      }
    } finally {
      await store.close()
    }
  }
}
