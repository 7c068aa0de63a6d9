import type { RunOutcome } from '../coordinator.ts'

interface Listener {
  resolve(outcome: RunOutcome): void
  reject(error: unknown): void
}

/** The end of a run, for those who wait for it. */
export class Ending {
  readonly #listeners = new Set<Listener>()
  #outcome: RunOutcome | undefined

  /** `undefined` while the run goes on, as far as this client has heard. */
  get outcome(): RunOutcome | undefined {
    return this.#outcome
  }

  get isAwaited(): boolean {
    return this.#listeners.size > 0
  }

  wait(signal: AbortSignal | undefined): Promise<RunOutcome> {
    if (this.#outcome !== undefined) return Promise.resolve(this.#outcome)
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#listeners.delete(listener)
        signal?.removeEventListener('abort', abort)
      }
      const abort = (): void => listener.reject(signal?.reason)
      const listener: Listener = {
        resolve(outcome) {
          done()
          resolve(outcome)
        },
        reject(error) {
          done()
          reject(error)
        },
      }
      this.#listeners.add(listener)
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  settle(outcome: RunOutcome): void {
    this.#outcome = outcome
    for (const listener of [...this.#listeners]) listener.resolve(outcome)
  }

  /** The end cannot be heard of. */
  fail(error: unknown): void {
    for (const listener of [...this.#listeners]) listener.reject(error)
  }
}
