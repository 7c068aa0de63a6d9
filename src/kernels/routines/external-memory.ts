import { callNativeSync } from '../native.ts'

/** What is announced first: V8 collects no garbage for so little. */
const FIRST_BYTES = 32 * 2 ** 20

/**
 * An amount of buffer memory that V8 need not watch. Every new ArrayBuffer counts towards its next garbage collection, so a pool
 * of tiles that only grows has V8 walk the whole heap for every few tiles. Beyond a little, the whole amount is announced at
 * once (one collection); buffers made within it are then taken off as they are counted, so the sum never moves, and never
 * falls below what V8 will take off when it frees them.
 */
export class ExternalMemory {
  #reservedBytes: number
  #announcedBytes = 0
  #madeBytes = 0

  constructor(reservedBytes: number) {
    this.#reservedBytes = Math.floor(reservedBytes)
  }

  /** A zeroed buffer. */
  allocate(bytes: number): ArrayBuffer {
    const made = this.#madeBytes + bytes
    const isWithin = made <= this.#reservedBytes
    if (isWithin) this.#announce(made)
    const buffer = new ArrayBuffer(bytes)
    if (isWithin) {
      this.#madeBytes = made
      adjust(-bytes)
    }
    return buffer
  }

  /** A buffer of so many bytes goes to the garbage collector. */
  release(bytes: number): void {
    const counted = Math.min(bytes, this.#madeBytes)
    this.#madeBytes -= counted
    adjust(counted)
  }

  /** All buffers go to the garbage collector; further ones are not looked after. */
  close(): void {
    if (this.#announcedBytes > 0) adjust(this.#madeBytes - this.#announcedBytes)
    this.#reservedBytes = 0
    this.#announcedBytes = 0
    this.#madeBytes = 0
  }

  #announce(bytes: number): void {
    if (bytes <= this.#announcedBytes) return
    const announced = bytes <= FIRST_BYTES ? Math.min(FIRST_BYTES, this.#reservedBytes) : this.#reservedBytes
    adjust(announced - this.#announcedBytes)
    this.#announcedBytes = announced
  }
}

function adjust(bytes: number): void {
  callNativeSync((addon) => addon.adjustExternalMemory(bytes))
}
