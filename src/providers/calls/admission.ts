import { setTimeout as sleep } from 'node:timers/promises'
import type { FunctionLimits } from '../function/index.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 10_000
/** A platform that asks for more than this is asked again after it. */
const LONGEST_ASKED_PAUSE_MS = 60_000

export interface AdmissionOptions {
  /** Callers that would like to call at the same time. */
  readonly callers: number
  readonly ramp: FunctionLimits['ramp']
  /** Uniform in [0, 1), for the jitter. @default Math.random */
  readonly random?: (() => number) | undefined
}

/**
 * How many calls may be under way at the same time. A call that the platform does not admit halves the number, once for all that
 * were sent before it was halved, and calls that are admitted raise it again, by one for each round of them. It never grows faster than the platform
 * starts sandboxes. After a refusal nobody calls for a while, which gets longer with each in a row.
 */
export class Admission {
  readonly #options: AdmissionOptions
  readonly #random: () => number
  #limit: number
  #inside = 0
  #firstAt: number | undefined
  #halvedAt = Number.NEGATIVE_INFINITY
  #pausedUntil = Number.NEGATIVE_INFINITY
  #refusals = 0
  #deaths = 0
  /** Since when no call at all was admitted. */
  #closedSince: number | undefined
  /** Calls under way, as far as is known admitted. */
  #calling = 0
  readonly #waiting = new Set<() => void>()

  constructor(options: AdmissionOptions) {
    this.#options = options
    this.#random = options.random ?? Math.random
    this.#limit = options.callers
  }

  /** Calls at the same time, by what was seen so far. */
  get limit(): number {
    return Math.max(1, Math.min(Math.floor(this.#limit), this.#rampLimit()))
  }

  /** Whether who is inside may call now. */
  get isOpen(): boolean {
    return performance.now() >= this.#pausedUntil && this.#inside <= this.limit
  }

  /** Waits for one of the places. @throws the signal's reason */
  async enter(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted()
      const waitMs = this.#waitMs()
      if (waitMs <= 0) break
      await this.#change(waitMs, signal)
    }
    this.#inside++
  }

  leave(): void {
    this.#inside--
    this.#wake()
  }

  /** A call begins. */
  called(): void {
    this.#firstAt ??= performance.now()
    this.#calling++
  }

  /** It ended, and had been admitted. @param isWell false when it gave no answer */
  admitted(isWell: boolean): void {
    this.#calling--
    this.#refusals = 0
    this.#closedSince = undefined
    this.#deaths = isWell ? 0 : this.#deaths + 1
    // One that ends for a reason of its own is nobody's fault; several in a row may be the platform's.
    if (this.#deaths > 1) this.#pause(FIRST_PAUSE_MS * 2 ** (this.#deaths - 2), 0)
    if (isWell && this.#limit < this.#options.callers) this.#limit += 1 / this.#limit
    this.#wake()
  }

  /**
   * It was not admitted.
   * @param calledAt by the monotonic clock
   * @returns how long nobody was admitted any more, in ms; 0 while other calls are under way
   */
  refused(calledAt: number, retryAfterMs: number | undefined): number {
    this.#calling--
    const now = performance.now()
    if (calledAt >= this.#halvedAt) {
      this.#limit = Math.max(1, Math.min(this.#limit, this.#inside) / 2)
      this.#halvedAt = now
      this.#refusals++
      this.#pause(FIRST_PAUSE_MS * 2 ** (this.#refusals - 1), retryAfterMs ?? 0)
    }
    if (this.#calling > 0) this.#closedSince = undefined
    else this.#closedSince ??= calledAt
    return this.#closedSince === undefined ? 0 : now - this.#closedSince
  }

  /** It was not waited for. */
  abandoned(): void {
    this.#calling--
  }

  #pause(ms: number, leastMs: number): void {
    const jittered = Math.min(ms, LONGEST_PAUSE_MS) * (0.5 + this.#random() / 2)
    const until = performance.now() + Math.max(jittered, Math.min(leastMs, LONGEST_ASKED_PAUSE_MS))
    this.#pausedUntil = Math.max(this.#pausedUntil, until)
  }

  #rampLimit(): number {
    const { sandboxes, perMs } = this.#options.ramp
    const spans = this.#firstAt === undefined ? 0 : Math.floor((performance.now() - this.#firstAt) / perMs)
    return sandboxes * (1 + spans)
  }

  /** Until a place may be free; 0 when one is. */
  #waitMs(): number {
    const now = performance.now()
    if (now < this.#pausedUntil) return this.#pausedUntil - now
    if (this.#inside < this.limit) return 0
    const { perMs } = this.#options.ramp
    if (this.#rampLimit() >= this.#limit) return Number.POSITIVE_INFINITY
    return perMs - ((now - (this.#firstAt ?? now)) % perMs)
  }

  /** Resolves when something changed, or after so long. */
  async #change(waitMs: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController()
    const wake = (): void => over.abort()
    this.#waiting.add(wake)
    const ms = Number.isFinite(waitMs) ? Math.ceil(waitMs) : 2 ** 30
    await sleep(ms, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => undefined)
    this.#waiting.delete(wake)
  }

  /** Wakes as many as may enter, and one to see when the pause is over. */
  #wake(): void {
    let count = Math.max(1, this.limit - this.#inside)
    for (const wake of this.#waiting) {
      if (count-- <= 0) return
      this.#waiting.delete(wake)
      wake()
    }
  }
}
