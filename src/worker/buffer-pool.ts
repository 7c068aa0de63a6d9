import { ExternalMemory } from '../kernels/index.ts'

/**
 * The worker's memory for tiles: buffers by exact byte size, handed out again when given back, within a budget.
 * A used buffer saves the page faults of a new one, and one of a tile object's size is stored without a copy.
 */
export class BufferPool {
  readonly limitBytes: number
  readonly #free = new Map<number, ArrayBuffer[]>()
  #freeBytes = 0
  #residentBytes = 0
  readonly #memory: ExternalMemory

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes
    this.#memory = new ExternalMemory(limitBytes)
  }

  /** Everything that is out or kept for reuse. */
  get residentBytes(): number {
    return this.#residentBytes
  }

  /** What is out: tiles alive. */
  get usedBytes(): number {
    return this.#residentBytes - this.#freeBytes
  }

  /** A buffer of exactly this size with any content, or `undefined` when the budget has no room. */
  take(bytes: number): ArrayBuffer | undefined {
    const kept = this.#free.get(bytes)?.pop()
    if (kept !== undefined) {
      this.#freeBytes -= bytes
      return kept
    }
    if (this.#residentBytes - this.#freeBytes + bytes > this.limitBytes) return undefined
    this.#makeRoom(bytes)
    return this.takeAnyway(bytes)
  }

  /** The same, over the budget if need be: for callers that cannot wait. */
  takeAnyway(bytes: number): ArrayBuffer {
    this.#residentBytes += bytes
    return this.#memory.allocate(bytes)
  }

  /** Back for reuse. The caller must hold no view of it any more. */
  give(buffer: ArrayBuffer): void {
    const bytes = buffer.byteLength
    const kept = this.#free.get(bytes)
    if (kept === undefined) this.#free.set(bytes, [buffer])
    else kept.push(buffer)
    this.#freeBytes += bytes
    if (this.#residentBytes > this.limitBytes) this.#makeRoom(0)
  }

  /** Counts memory that came from elsewhere. */
  adopt(bytes: number): void {
    this.#residentBytes += bytes
  }

  /** Counts adopted memory as gone. */
  forget(bytes: number): void {
    this.#residentBytes -= bytes
  }

  /** Leaves every buffer to the garbage collector; the pool is not used afterwards. */
  close(): void {
    this.#free.clear()
    this.#memory.close()
  }

  /** Lets free buffers go until `bytes` more fit. */
  #makeRoom(bytes: number): void {
    for (const [size, kept] of this.#free) {
      while (this.#residentBytes + bytes > this.limitBytes && kept.pop() !== undefined) {
        this.#freeBytes -= size
        this.#residentBytes -= size
        this.#memory.release(size)
      }
      if (kept.length === 0) this.#free.delete(size)
    }
  }
}
