/** Seeded choices: the same seed and label give the same sequence, whatever else was drawn. */

import { createHash } from 'node:crypto'

/** A stream of choices (mulberry32 over a digest of its labels). */
export class Random {
  readonly #seed: string
  #state: number

  constructor(seed: string) {
    this.#seed = seed
    this.#state = createHash('sha256').update(seed).digest().readUInt32LE(0)
  }

  /** An independent stream: what is drawn from it does not move this one. */
  fork(label: string | number): Random {
    return new Random(`${this.#seed}/${label}`)
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let word = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.next()
  }

  /** A whole number of [0, below). */
  below(below: number): number {
    return Math.floor(this.next() * below)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** @throws RangeError when there is nothing to choose from */
  pick<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new RangeError('nothing to choose from')
    return choices[this.below(choices.length)] as T
  }

  shuffled<T>(items: readonly T[]): T[] {
    const left = [...items]
    const order: T[] = []
    while (left.length > 0) order.push(...left.splice(this.below(left.length), 1))
    return order
  }
}

/** Gives every item once in a random order, then all again: none is left out for long. */
export class Bag<T> {
  readonly #items: readonly T[]
  readonly #random: Random
  #left: T[] = []

  constructor(items: readonly T[], random: Random) {
    this.#items = items
    this.#random = random
  }

  draw(): T {
    if (this.#left.length === 0) this.#left = this.#random.shuffled(this.#items)
    const item = this.#left.pop()
    if (item === undefined) throw new RangeError('the bag was made of nothing')
    return item
  }
}
