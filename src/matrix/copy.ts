import type { TileData } from '../kernels/index.ts'

/** Side of the squares in which a copy goes, so that both sides stay in the cache. */
const BLOCK = 32

/** Elements laid out by two strides: (r, c) at `data[offset + r * rowStride + c * colStride]`. */
export interface Strided {
  readonly data: TileData
  readonly offset: number
  readonly rowStride: number
  readonly colStride: number
}

/** Copies `rows` x `cols` elements from one layout to another; both must hold them. */
export function copyStrided(to: Strided, from: Strided, rows: number, cols: number): void {
  if (to.rowStride === 1 && from.rowStride === 1) {
    copyRuns(to, from, cols, rows, to.colStride, from.colStride)
    return
  }
  if (to.colStride === 1 && from.colStride === 1) {
    copyRuns(to, from, rows, cols, to.rowStride, from.rowStride)
    return
  }
  for (let r0 = 0; r0 < rows; r0 += BLOCK) {
    const r1 = Math.min(r0 + BLOCK, rows)
    for (let c0 = 0; c0 < cols; c0 += BLOCK) copyBlock(to, from, r0, r1, c0, Math.min(c0 + BLOCK, cols))
  }
}

function copyRuns(
  to: Strided,
  from: Strided,
  runs: number,
  length: number,
  toStride: number,
  fromStride: number,
): void {
  for (let run = 0; run < runs; run++) {
    const start = from.offset + run * fromStride
    to.data.set(from.data.subarray(start, start + length), to.offset + run * toStride)
  }
}

function copyBlock(to: Strided, from: Strided, r0: number, r1: number, c0: number, c1: number): void {
  for (let r = r0; r < r1; r++) {
    let t = to.offset + r * to.rowStride + c0 * to.colStride
    let f = from.offset + r * from.rowStride + c0 * from.colStride
    for (let c = c0; c < c1; c++) {
      to.data[t] = from.data[f]!
      t += to.colStride
      f += from.colStride
    }
  }
}
