/** A growing list of 32-bit integers. */
export class IntList {
  #values = new Int32Array(1024)
  #length = 0

  get length(): number {
    return this.#length
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Int32Array(2 * this.#length)
      grown.set(this.#values)
      this.#values = grown
    }
    this.#values[this.#length++] = value
  }

  /** The values so far; a view that later growth leaves behind. */
  values(): Int32Array {
    return this.#values.subarray(0, this.#length)
  }
}
