import { setTimeout as sleep } from 'node:timers/promises'
import { NumpywrenError } from '../../errors.ts'
import type { DriverRole } from '../../scheduler/index.ts'

/** The holder says this often that it is still there; one that is silent for several times as long loses the role. */
export const KEEP_MS = 1000

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
    await this.#keeping
    // A coordinator that is gone forgets the role by itself.
    await this.#role.leave().catch(() => undefined)
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
