import { Bag, Random } from '../../../chaos/random.ts'
import type { LambdaFaults } from './options.ts'

/** What chance has in store for one invocation. */
export interface Doom {
  readonly kind: 'kill' | 'lost-host' | 'cut'
  /** Part of a usual invocation's time after which it strikes; at the end of one that is over before. */
  readonly at: number
}

/** Chooses who suffers: of N invocations in a row exactly one, which one is up to the seed. */
export class Fate {
  readonly #random: Random
  readonly #latency: Random
  readonly #bags: readonly (readonly [Doom['kind'], Bag<boolean>])[]
  readonly #duplicates: Bag<boolean> | undefined

  constructor({ seed = 1, killOneIn, lostHostOneIn, cutOneIn, duplicateOneIn }: LambdaFaults) {
    const random = new Random(`lambda ${seed}`)
    const bag = (name: string, size: number | undefined): Bag<boolean> | undefined =>
      size === undefined ? undefined : new Bag([true, ...Array(size - 1).fill(false)], random.fork(name))
    this.#random = random.fork('moments')
    this.#latency = random.fork('latency')
    this.#bags = (
      [
        ['kill', bag('kill', killOneIn)],
        ['lost-host', bag('lost-host', lostHostOneIn)],
        ['cut', bag('cut', cutOneIn)],
      ] as const
    ).flatMap(([kind, own]) => (own ? [[kind, own] as const] : []))
    this.#duplicates = bag('duplicate', duplicateOneIn)
  }

  /** For the next invocation; of several that would strike, the first in the list of kinds. */
  doom(): Doom | undefined {
    const drawn = this.#bags.filter(([, bag]) => bag.draw())
    const kind = drawn[0]?.[0]
    return kind && { kind, at: this.#random.next() }
  }

  isDuplicated(): boolean {
    return this.#duplicates?.draw() ?? false
  }

  /** Up to `most` ms. */
  latencyMs(most: number): number {
    return this.#latency.between(0, most)
  }
}
