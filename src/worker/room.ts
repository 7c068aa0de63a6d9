import type { BufferPool } from './buffer-pool.ts'

/** Buffers of a pool, first come first served: who finds no room waits until it is made. */
export class Room {
  readonly #pool: BufferPool
  readonly #make: () => Promise<void> | boolean
  #turn: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #sleepers: (() => void)[] = []

  /** @param make lets something go: true when it went at once, a promise when it takes a while, false when nothing can go now */
  constructor(pool: BufferPool, make: () => Promise<void> | boolean) {
    this.#pool = pool
    this.#make = make
  }

  /** A buffer of exactly this size. @throws what making room throws */
  async acquire(bytes: number): Promise<ArrayBuffer> {
    const buffer = this.#waiting === 0 ? this.#pool.take(bytes) : undefined
    if (buffer !== undefined) return buffer
    this.#waiting++
    const turn = this.#turn.then(() => this.#takeWhenRoom(bytes))
    this.#turn = turn.catch(() => undefined)
    try {
      return await turn
    } finally {
      this.#waiting--
    }
  }

  /** To be called when a buffer came back or a tile may go now: whoever waits looks again. */
  changed(): void {
    const sleepers = this.#sleepers
    this.#sleepers = []
    for (const wake of sleepers) wake()
  }

  async #takeWhenRoom(bytes: number): Promise<ArrayBuffer> {
    for (;;) {
      const buffer = this.#pool.take(bytes)
      if (buffer !== undefined) return buffer
      const made = this.#make()
      if (made === false) await new Promise<void>((resolve) => this.#sleepers.push(resolve))
      else if (made !== true) await made
    }
  }
}
