import { setTimeout as sleep } from 'node:timers/promises'
import { NumpywrenError } from '../../errors.ts'
import type { DriverRole } from '../../scheduler/index.ts'

/** The holder says this often that it is still there; one that is silent for several times as long loses the role. */
export const KEEP_MS = 1000

/** What is only polite to say is not waited for longer. */
const POLITE_MS = 2000

/** Waits for a word to the coordinator that it can do without: one that is gone forgets roles and lists by itself. */
export async function briefly(word: Promise<unknown>): Promise<void> {
  const patience = new AbortController()
  const over = sleep(POLITE_MS, undefined, { signal: patience.signal })
  await Promise.race([word, over]).catch(() => undefined)
  patience.abort()
  await over.catch(() => undefined)
}

/** Another process drives the run now: this one was stopped, or cut off, for too long. */
export class RoleLostError extends NumpywrenError {
  readonly _tag = 'RoleLostError'
  readonly category = 'transient' as const

  constructor() {
    super('another process has taken over to drive the run')
  }
}

/** The driver's role, held from now on until it is left or lost. */
export class HeldRole {
  /** Raised with a RoleLostError. */
  readonly signal: AbortSignal
  readonly #role: DriverRole
  readonly #lost = new AbortController()
  readonly #left = new AbortController()
  readonly #keeping: Promise<void>

  private constructor(role: DriverRole) {
    this.#role = role
    this.signal = this.#lost.signal
    this.#keeping = this.#keep()
  }

  /** Takes the role if it is free. */
  static async take(role: DriverRole): Promise<HeldRole | undefined> {
    return (await role.take()) ? new HeldRole(role) : undefined
  }

  /** Gives it up. */
  async leave(): Promise<void> {
    this.#left.abort()
    await briefly(this.#keeping.then(() => this.#role.leave()))
  }

  async #keep(): Promise<void> {
    while (!this.#left.signal.aborted) {
      try {
        // A coordinator that was flushed does not know the role any more: whoever is first takes it again.
        if (!(await this.#role.keep()) && !(await this.#role.take())) {
          this.#lost.abort(new RoleLostError())
          return
        }
      } catch {
        // While the coordinator cannot be reached, nobody else can take the role; the drive says when that lasts too long.
      }
      await sleep(KEEP_MS, undefined, { signal: this.#left.signal }).catch(() => undefined)
    }
  }
}
