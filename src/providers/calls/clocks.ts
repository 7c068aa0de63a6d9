/** Times of one call: two by the caller's clock, two by the function's. */
export interface CallTimes {
  readonly requestedAt: number
  readonly receivedAt: number
  readonly answeredAt: number
  readonly endedAt: number
}

/** Sandboxes whose clocks are remembered; of more, those that were not heard of for longest are forgotten. */
const REMEMBERED = 20_000

/**
 * Sets the clocks of sandboxes by that of the caller. A request cannot arrive before it was sent, nor an answer before it was
 * given: every call narrows the interval in which the difference of the two clocks lies. Times are shifted by the least that
 * fits, so by nothing where clocks agree as far as can be seen.
 */
export class Clocks {
  readonly #bounds = new Map<string, { readonly least: number; readonly most: number }>()

  /** @returns ms to be added to times of the sandbox */
  shiftOf(sandbox: string, { requestedAt, receivedAt, answeredAt, endedAt }: CallTimes): number {
    const seen = this.#bounds.get(sandbox)
    let least = requestedAt - receivedAt
    let most = endedAt - answeredAt
    // A clock that was set meanwhile contradicts what was seen before.
    if (seen !== undefined && Math.max(seen.least, least) <= Math.min(seen.most, most)) {
      least = Math.max(seen.least, least)
      most = Math.min(seen.most, most)
    }
    this.#bounds.delete(sandbox)
    this.#bounds.set(sandbox, { least, most })
    if (this.#bounds.size > REMEMBERED) this.#bounds.delete(this.#bounds.keys().next().value!)
    return Math.min(Math.max(0, least), Math.max(most, least))
  }
}
