import { StalledError } from './failure.ts'

export interface WatchOptions {
  /** The caller's: when it is aborted, so is the attempt. */
  readonly signal?: AbortSignal | undefined
  /** Time without a sign of life after which the attempt is given up. */
  readonly stallMs: number
  /** Time that the attempt has until its first sign of life: longer where a body must go up first. */
  readonly firstMs: number
  /** Time that is left for the whole request. */
  readonly overallMs: number
}

/** Watches over one attempt: `signal` is aborted when the caller gives up, when nothing comes for too long, or when time is up. */
export class AttemptWatch {
  readonly #controller = new AbortController()
  readonly #options: WatchOptions
  readonly #startedAt = performance.now()
  readonly #gaveUp: Promise<never>
  #aliveAt = this.#startedAt
  #allowedMs: number
  #timer: NodeJS.Timeout | undefined
  #reject: (reason: unknown) => void = () => {}

  constructor(options: WatchOptions) {
    this.#options = options
    this.#allowedMs = options.firstMs
    this.#gaveUp = new Promise<never>((_, reject) => {
      this.#reject = reject
    })
    this.#gaveUp.catch(() => {})
    options.signal?.addEventListener('abort', this.#onCallerAbort)
    this.#look()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** A sign of life: bytes came. */
  progress(): void {
    this.#aliveAt = performance.now()
    this.#allowedMs = this.#options.stallMs
  }

  /** The result of the work, or the reason to give up, whichever comes first: what does not heed the signal is left behind. */
  async until<T>(work: Promise<T>): Promise<T> {
    try {
      return await Promise.race([work, this.#gaveUp])
    } catch (error) {
      // An SDK says only that it was aborted.
      throw this.signal.aborted ? this.signal.reason : error
    } finally {
      clearTimeout(this.#timer)
      this.#options.signal?.removeEventListener('abort', this.#onCallerAbort)
    }
  }

  readonly #onCallerAbort = (): void => this.#giveUp(this.#options.signal?.reason)

  #look(): void {
    const now = performance.now()
    const quietMs = now - this.#aliveAt
    const overMs = this.#options.overallMs - (now - this.#startedAt)
    if (quietMs >= this.#allowedMs) {
      this.#giveUp(new StalledError(`nothing came for ${Math.round(quietMs)} ms`))
    } else if (overMs <= 0) {
      this.#giveUp(new StalledError('the time for the whole request is over'))
    } else {
      this.#timer = setTimeout(() => this.#look(), Math.max(1, Math.min(this.#allowedMs - quietMs, overMs)))
    }
  }

  #giveUp(reason: unknown): void {
    this.#controller.abort(reason)
    this.#reject(reason)
  }
}
