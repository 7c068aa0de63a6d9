/** Everything under way that a worker waits for before it stops. */
export class Ends {
  readonly #onEnd: () => void
  readonly #onFailure: (error: unknown) => void
  readonly #ends = new Set<Promise<void>>()
  #isLeft = false
  #leave!: () => void
  readonly #left: Promise<void>

  constructor(options: { readonly onEnd: () => void; readonly onFailure: (error: unknown) => void }) {
    this.#onEnd = options.onEnd
    this.#onFailure = options.onFailure
    this.#left = new Promise((resolve) => {
      this.#leave = resolve
    })
  }

  /** @returns settles after `work`, never rejects */
  add(work: Promise<void>): Promise<void> {
    const end = work.catch(this.#onFailure).finally(() => {
      this.#ends.delete(end)
      this.#onEnd()
    })
    this.#ends.add(end)
    return end
  }

  /** Waits for nothing any more. */
  leave(): void {
    this.#isLeft = true
    this.#leave()
  }

  /** Resolves when nothing is under way, or all is left where it is. */
  async all(): Promise<void> {
    while (this.#ends.size > 0 && !this.#isLeft) await Promise.race([Promise.all(this.#ends), this.#left])
  }
}
