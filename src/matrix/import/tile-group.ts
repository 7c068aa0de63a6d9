import type { Tile, TileData } from '../../kernels/index.ts'
import { forEachLimit } from '../../util/index.ts'
import type { TileArray } from '../contract.ts'
import type { Numbers } from './elements.ts'

/** Rows of a strided copy are taken in blocks of this many, so that the cache lines of a block survive a sweep over its columns. */
const blockRows = 32
const tilesInFlight = 4

/** Tile indices [i0, i1) x [j0, j1) of a matrix. */
export interface TileRange {
  readonly i0: number
  readonly i1: number
  readonly j0: number
  readonly j1: number
}

/** Neighbouring tiles held in memory together while a source fills them. */
export class TileGroup {
  /** Elements covered: rows [r0, r1), columns [c0, c1). */
  readonly r0: number
  readonly r1: number
  readonly c0: number
  readonly c1: number
  readonly #array: TileArray
  readonly #range: TileRange
  readonly #buffers: readonly TileData[]
  readonly #mb: number
  readonly #nb: number

  /** `buffers`: one per tile of the range, row by row, each of a whole tile's elements; emptied here. */
  constructor(array: TileArray, range: TileRange, buffers: readonly TileData[]) {
    const [m = 1, n = 1] = array.layout.shape
    const [mb = 1, nb = 1] = array.layout.tile
    this.#array = array
    this.#range = range
    this.#buffers = buffers
    this.#mb = mb
    this.#nb = nb
    this.r0 = range.i0 * mb
    this.r1 = Math.min(m, range.i1 * mb)
    this.c0 = range.j0 * nb
    this.c1 = Math.min(n, range.j1 * nb)
    for (const buffer of buffers) buffer.fill(0)
  }

  /** The tile's buffer, column-major with the leading dimension of a full tile. */
  bufferOf(i: number, j: number): TileData {
    const { i0, j0, j1 } = this.#range
    return this.#buffers[(i - i0) * (j1 - j0) + (j - j0)]!
  }

  /** Adds `value` to element (r, c) of the matrix. */
  add(r: number, c: number, value: number): void {
    const i = Math.floor(r / this.#mb)
    const j = Math.floor(c / this.#nb)
    const buffer = this.bufferOf(i, j)
    const at = r - i * this.#mb + (c - j * this.#nb) * this.#mb
    buffer[at] = buffer[at]! + value
  }

  /**
   * Copies elements [r, r + rows) x [c, c + cols) of the matrix, which must lie within the group;
   * element (r + y, c + x) is `source[offset + y * rowStride + x * colStride]`.
   */
  copy(
    source: Numbers,
    at: { offset: number; rowStride: number; colStride: number; r: number; c: number; rows: number; cols: number },
  ): void {
    const mb = this.#mb
    const nb = this.#nb
    for (let i = Math.floor(at.r / mb); i * mb < at.r + at.rows; i++) {
      const top = Math.max(at.r, i * mb)
      const bottom = Math.min(at.r + at.rows, (i + 1) * mb)
      for (let j = Math.floor(at.c / nb); j * nb < at.c + at.cols; j++) {
        const left = Math.max(at.c, j * nb)
        const right = Math.min(at.c + at.cols, (j + 1) * nb)
        copyStrided(
          source,
          at.offset + (top - at.r) * at.rowStride + (left - at.c) * at.colStride,
          at.rowStride,
          at.colStride,
          this.bufferOf(i, j),
          top - i * mb + (left - j * nb) * mb,
          mb,
          bottom - top,
          right - left,
        )
      }
    }
  }

  /** The tiles' indices, row by row. */
  *indices(): Generator<readonly [number, number], void, undefined> {
    const { i0, i1, j0, j1 } = this.#range
    for (let i = i0; i < i1; i++) for (let j = j0; j < j1; j++) yield [i, j]
  }

  /** Stores every tile, a few at a time. */
  async write(signal?: AbortSignal): Promise<void> {
    await forEachLimit(this.indices(), tilesInFlight, async ([i, j]) => {
      signal?.throwIfAborted()
      await this.#array.putTile([i, j], this.#tile(i, j), { signal })
    })
  }

  #tile(i: number, j: number): Tile {
    return { data: this.bufferOf(i, j), ...this.#array.extentOf([i, j]), ld: this.#mb }
  }
}

/** Copies rows x cols elements of any layout to a column-major place with leading dimension `ld`. */
function copyStrided(
  source: Numbers,
  offset: number,
  rowStride: number,
  colStride: number,
  target: TileData,
  start: number,
  ld: number,
  rows: number,
  cols: number,
): void {
  if (rowStride === 1) {
    for (let c = 0; c < cols; c++) {
      const from = offset + c * colStride
      target.set(source.subarray(from, from + rows), start + c * ld)
    }
    return
  }
  for (let top = 0; top < rows; top += blockRows) {
    const bottom = Math.min(rows, top + blockRows)
    for (let c = 0; c < cols; c++) {
      let from = offset + top * rowStride + c * colStride
      const to = start + c * ld
      for (let r = top; r < bottom; r++) {
        target[to + r] = source[from]!
        from += rowStride
      }
    }
  }
}
