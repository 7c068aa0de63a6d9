/** Multipliers (in 16-bit halves) and Weyl constants of Philox4x32. */
const M0 = 0xd2511f53
const M0_HIGH = 0xd251
const M0_LOW = 0x1f53
const M1 = 0xcd9e8d57
const M1_HIGH = 0xcd9e
const M1_LOW = 0x8d57
const W0 = 0x9e3779b9
const W1 = 0xbb67ae85

/**
 * The counter-based generator Philox4x32-10: J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random numbers: as easy
 * as 1, 2, 3", SC11, 2011. The four words depend on counter and key alone, so the elements of a matrix can be made in any order.
 */
export class Philox {
  readonly #k0: number
  readonly #k1: number
  /** The words that {@link generate} left, as signed 32-bit integers. */
  x0 = 0
  x1 = 0
  x2 = 0
  x3 = 0

  /** The key, as two 32-bit words. */
  constructor(k0: number, k1: number) {
    this.#k0 = k0 | 0
    this.#k1 = k1 | 0
  }

  /** Ten rounds on the counter (c0, c1, c2, c3). */
  generate(c0: number, c1: number, c2: number, c3: number): void {
    let a = c0 | 0
    let b = c1 | 0
    let c = c2 | 0
    let d = c3 | 0
    let k0 = this.#k0
    let k1 = this.#k1
    for (let round = 0; round < 10; round++) {
      const highA = multiplyHigh(M0_HIGH, M0_LOW, a)
      const highC = multiplyHigh(M1_HIGH, M1_LOW, c)
      const lowA = Math.imul(M0, a)
      const lowC = Math.imul(M1, c)
      a = highC ^ b ^ k0
      b = lowC
      c = highA ^ d ^ k1
      d = lowA
      k0 = (k0 + W0) | 0
      k1 = (k1 + W1) | 0
    }
    this.x0 = a
    this.x1 = b
    this.x2 = c
    this.x3 = d
  }
}

/** Upper 32 bits of an unsigned 32 x 32 product, from products of 16-bit halves, none of whose sums leaves 32 bits. */
function multiplyHigh(xh: number, xl: number, y: number): number {
  const yl = y & 0xffff
  const yh = y >>> 16
  const first = (Math.imul(xh, yl) + (Math.imul(xl, yl) >>> 16)) | 0
  const second = (Math.imul(xl, yh) + (first & 0xffff)) | 0
  return (Math.imul(xh, yh) + (first >>> 16) + (second >>> 16)) | 0
}
