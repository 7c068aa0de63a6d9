/** The compute slots of a worker: the most urgent of the waiting tasks gets the next one that is free. */
export class Slots {
  readonly #free: number[]
  readonly #waiting: { readonly priority: number; readonly enter: (slot: number) => void }[] = []

  constructor(count: number) {
    this.#free = Array.from({ length: count }, (_, slot) => count - 1 - slot)
  }

  /** Resolves with the number of the slot. Larger priority first, then first come first served. */
  enter(priority: number): Promise<number> {
    const slot = this.#free.pop()
    if (slot !== undefined) return Promise.resolve(slot)
    return new Promise((enter) => {
      this.#waiting.push({ priority, enter })
    })
  }

  leave(slot: number): void {
    let best = 0
    for (const [i, waiting] of this.#waiting.entries())
      if (waiting.priority > (this.#waiting[best]?.priority ?? 0)) best = i
    const [next] = this.#waiting.splice(best, 1)
    if (next === undefined) this.#free.push(slot)
    else next.enter(slot)
  }
}
