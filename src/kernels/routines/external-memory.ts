import { callNativeSync } from '../native.ts'

/**
 * An amount of buffer memory that V8 need not watch. Every new ArrayBuffer counts towards its next garbage collection, so a pool
 * of tiles that only grows has V8 walk the whole heap for every few tiles. The whole amount is announced at once (one
 * collection); buffers made within it are then taken off as they are counted, so the sum never moves, and never falls
 * below what V8 will take off when it frees them.
 */
export class ExternalMemory {
  #reservedBytes: number
  #madeBytes = 0
  #isOpen = false

  constructor(reservedBytes: number) {
    this.#reservedBytes = Math.floor(reservedBytes)
  }

  /** A zeroed buffer. */
  allocate(bytes: number): ArrayBuffer {
    if (!this.#isOpen) {
      this.#isOpen = true
      adjust(this.#reservedBytes)
    }
    const buffer = new ArrayBuffer(bytes)
    if (this.#madeBytes + bytes <= this.#reservedBytes) {
      this.#madeBytes += bytes
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
    if (this.#isOpen) adjust(this.#madeBytes - this.#reservedBytes)
    this.#reservedBytes = 0
    this.#madeBytes = 0
  }
}

function adjust(bytes: number): void {
  callNativeSync((addon) => addon.adjustExternalMemory(bytes))
}
