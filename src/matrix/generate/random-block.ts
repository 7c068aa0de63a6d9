import { Philox } from './philox.ts'

/** A rectangle of the global matrix, written column by column: element (r0 + i, c0 + j) to `out[i + j * ld]`. */
export interface Block {
  readonly out: Float64Array
  readonly ld: number
  readonly r0: number
  readonly c0: number
  readonly rows: number
  readonly cols: number
}

/** 2^32, where a coordinate is cut into two words of the counter. */
const WORD = 4294967296
/** Streams that belong to no element, such as the vectors of {@link randomVector}, have this bit set in the last word of the counter. */
const VECTOR_BIT = 0x80000000

/** The generator of a seed: its 64-bit key is the seed. */
export function seeded(seed: number): Philox {
  return new Philox(seed % WORD, Math.floor(seed / WORD))
}

/** 53 random bits as a double in [0, 1). */
function unit(high: number, low: number): number {
  return ((high >>> 5) * 67108864 + (low >>> 6)) * 2 ** -53
}

/**
 * Uniform in [0, 1). One counter, (floor(r / 2), c) in two words each, makes the elements of an even row r and of the row below it.
 */
export function uniformBlock(philox: Philox, block: Block): void {
  forEachPair(philox, block, (at, hasFirst, hasSecond, out) => {
    if (hasFirst) out[at] = unit(philox.x0, philox.x1)
    if (hasSecond) out[at + 1] = unit(philox.x2, philox.x3)
  })
}

/** Standard normal by the method of Box and Muller (1958), which turns a pair of uniform numbers into a pair of normal ones. */
export function normalBlock(philox: Philox, block: Block): void {
  forEachPair(philox, block, (at, hasFirst, hasSecond, out) => {
    const radius = Math.sqrt(-2 * Math.log(1 - unit(philox.x0, philox.x1)))
    const angle = 2 * Math.PI * unit(philox.x2, philox.x3)
    if (hasFirst) out[at] = radius * Math.cos(angle)
    if (hasSecond) out[at + 1] = radius * Math.sin(angle)
  })
}

/** Standard normal vector number `id` of a seed; its elements do not repeat those of the matrix. */
export function randomVector(philox: Philox, id: number, length: number): Float64Array {
  const out = new Float64Array(length + 1)
  for (let i = 0; i < length; i += 2) {
    philox.generate(i / 2, (i / 2 / WORD) | 0, id, VECTOR_BIT)
    const radius = Math.sqrt(-2 * Math.log(1 - unit(philox.x0, philox.x1)))
    const angle = 2 * Math.PI * unit(philox.x2, philox.x3)
    out[i] = radius * Math.cos(angle)
    out[i + 1] = radius * Math.sin(angle)
  }
  return out.subarray(0, length)
}

/** Uniform vector number `id` of a seed, in [0, 1); one `id` is a {@link randomVector} or a uniform vector, not both. */
export function randomUniform(philox: Philox, id: number, length: number): Float64Array {
  const out = new Float64Array(length + 1)
  for (let i = 0; i < length; i += 2) {
    philox.generate(i / 2, (i / 2 / WORD) | 0, id, VECTOR_BIT)
    out[i] = unit(philox.x0, philox.x1)
    out[i + 1] = unit(philox.x2, philox.x3)
  }
  return out.subarray(0, length)
}

type PairWriter = (at: number, hasFirst: boolean, hasSecond: boolean, out: Float64Array) => void

/** Calls `write` for each pair of rows that meets the block; `at` is where its even row lies (one before the column, if cut off). */
function forEachPair(philox: Philox, { out, ld, r0, c0, rows, cols }: Block, write: PairWriter): void {
  const firstPair = Math.floor(r0 / 2)
  const lastPair = Math.floor((r0 + rows - 1) / 2)
  const end = r0 + rows
  for (let j = 0; j < cols; j++) {
    const column = c0 + j
    const columnHigh = Math.floor(column / WORD)
    for (let pair = firstPair; pair <= lastPair; pair++) {
      philox.generate(pair % WORD, Math.floor(pair / WORD), column, columnHigh)
      const row = 2 * pair
      write(row - r0 + j * ld, row >= r0, row + 1 < end, out)
    }
  }
}
