/**
 * Lets tasks in, first come first served, while what they may hold at once fits the budget.
 * A task claims all its operands and results before it reads the first, so no two tasks can block each other half-way.
 */
export class Admission {
  readonly #limitBytes: number
  readonly #queue: { readonly bytes: number; readonly enter: () => void }[] = []
  #claimedBytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  /** Resolves when `bytes` fit beside what is claimed. The caller has checked that they fit alone. */
  enter(bytes: number): Promise<void> {
    return new Promise((resolve) => {
      this.#queue.push({ bytes, enter: resolve })
      this.#admit()
    })
  }

  leave(bytes: number): void {
    this.#claimedBytes -= bytes
    this.#admit()
  }

  #admit(): void {
    for (;;) {
      const next = this.#queue[0]
      if (next === undefined || this.#claimedBytes + next.bytes > this.#limitBytes) return
      this.#queue.shift()
      this.#claimedBytes += next.bytes
      next.enter()
    }
  }
}
