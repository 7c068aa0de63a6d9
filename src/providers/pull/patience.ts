import { type DeployedFunction, type PullAnswer, ThrottledError } from '../function/index.ts'

/** Invocations in a row that died before one of them completed a task. */
const MOST_DEATHS = 10
const PAUSE_MS = { least: 200, most: 10_000 }
const IDLE_PAUSE_MS = { least: 1000, most: 15_000 }
const THROTTLED_PAUSE_MS = { least: 500, most: 30_000 }
/** A platform that admits nothing for so long will not do so soon. */
const STARVED_MS = 5 * 60_000

/** How long to wait before a worker is called again, and when to call it no more. */
export class Patience {
  #deaths = 0
  #idle = 0
  #refusals = 0
  #refusedSince: number | undefined

  /** It left of its own accord. @returns ms to wait */
  left(why: PullAnswer['why'], tasks: number): number {
    this.#admitted()
    this.#deaths = 0
    this.#idle = why === 'idle' && tasks === 0 ? this.#idle + 1 : 0
    return this.#idle === 0 ? 0 : pause(IDLE_PAUSE_MS, this.#idle)
  }

  /** It ended without an answer, or could not work. @returns ms to wait; `undefined`: no more */
  died(): number | undefined {
    this.#admitted()
    this.#deaths++
    return this.#deaths > MOST_DEATHS ? undefined : pause(PAUSE_MS, this.#deaths)
  }

  /** It was not admitted. @returns ms to wait @throws ThrottledError after minutes of this */
  throttled({ provider, name }: DeployedFunction, error: ThrottledError): number {
    this.#refusals++
    this.#refusedSince ??= performance.now()
    if (performance.now() - this.#refusedSince > STARVED_MS) {
      throw new ThrottledError(
        `${provider} has admitted no invocation of ${name} for ${STARVED_MS / 60_000} minutes: raise its limit of concurrency, or ask for fewer workers (--workers)`,
        { cause: error },
      )
    }
    return Math.max(error.retryAfterMs ?? 0, pause(THROTTLED_PAUSE_MS, this.#refusals))
  }

  #admitted(): void {
    this.#refusals = 0
    this.#refusedSince = undefined
  }
}

/** Twice as long with each in a row, jittered. */
function pause({ least, most }: { readonly least: number; readonly most: number }, inARow: number): number {
  return Math.min(most, least * 2 ** (inARow - 1)) * (0.5 + Math.random() / 2)
}
