import type { Clock } from './clock.ts'

/** One timer for whatever is due first. Who rings looks at everything again, so what moves to later need not move the timer. */
export class Alarm {
  readonly #clock: Clock
  readonly #ring: () => void
  #set: { readonly at: number; readonly cancel: () => void } | undefined

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock
    this.#ring = ring
  }

  /** Rings at this time (epoch ms) at the latest; never for infinity. */
  ringBy(at: number): void {
    if (at === Number.POSITIVE_INFINITY || (this.#set !== undefined && this.#set.at <= at)) return
    this.cancel()
    const cancel = this.#clock.after(Math.max(0, at - this.#clock.now()), () => {
      // From here on it is set to nothing, so that whoever rings may set it again.
      this.#set = undefined
      this.#ring()
    })
    this.#set = { at, cancel }
  }

  /** True while it is set to a later time: nothing is due yet. */
  isSetAfter(now: number): boolean {
    return this.#set !== undefined && this.#set.at > now
  }

  cancel(): void {
    this.#set?.cancel()
    this.#set = undefined
  }
}
