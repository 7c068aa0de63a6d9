/**
 * Norms, tile by tile: every tile is folded into an accumulator, so a matrix of any size needs one pass.
 * An accumulator of sums takes one call at a time: await it before the next.
 */

import { callNative } from '../native.ts'
import type { Tile } from '../tile.ts'

const asColumn = (data: Float64Array): Tile => ({ data, rows: data.length, cols: 1, ld: Math.max(1, data.length) })

/** Adds sum_i |a_ij| of every column j to `sums` (one entry per column); the largest is the 1-norm. */
export async function addColumnAbsSums(a: Tile, sums: Float64Array): Promise<void> {
  await callNative((addon) => addon.absSums(a, asColumn(sums), false))
}

/** Adds sum_j |a_ij| of every row i to `sums` (one entry per row); the largest is the infinity norm. */
export async function addRowAbsSums(a: Tile, sums: Float64Array): Promise<void> {
  await callNative((addon) => addon.absSums(a, asColumn(sums), true))
}

/** max |a_ij|; NaN when the tile holds one, 0 when it is empty. */
export async function maxAbs(a: Tile): Promise<number> {
  return callNative((addon) => addon.maxAbs(a))
}

/** Adds the squares of A to a column of two, scale and ssq (float64), with scale^2 ssq their sum. LAPACK xLASSQ. */
export async function sumSquaresInto(state: Tile, a: Tile): Promise<void> {
  await callNative((addon) => addon.sumSquares(a, state))
}

/** The Frobenius norm, tile by tile, kept as scale^2 * ssq so that neither 1e200 nor 1e-200 is lost (LAPACK xLASSQ). */
export class FrobeniusSum {
  readonly #state: Float64Array<ArrayBuffer> = new Float64Array(2)
  #last: Promise<unknown> = Promise.resolve()

  /** Folds one tile in; calls are worked off in order. */
  async add(a: Tile): Promise<void> {
    const turn = this.#last.then(() => sumSquaresInto(asColumn(this.#state), a))
    this.#last = turn.catch(() => undefined)
    await turn
  }

  /** The norm of all tiles folded in so far. */
  get value(): number {
    const [scale = 0, ssq = 0] = this.#state
    return scale * Math.sqrt(ssq)
  }
}
