/** Products of the Gram matrix X^T X with rows of tiles, a row of tiles of X at a time. */

import { dtypeOf, FrobeniusSum, gemm, scale, type Tile, zeroTile } from '../../kernels/index.ts'
import type { TileArray } from '../../matrix/index.ts'
import { forEachLimit } from '../../util/index.ts'
import { dimensions } from '../algorithm.ts'
import type { ResidualOptions } from './residual.ts'
import { ownCopy, TileReader } from './tile-reader.ts'

/** Steps of the power method. */
const steps = 4

/** A matrix by rows of tiles. */
export class Rows {
  readonly array: TileArray
  readonly slots: number
  readonly #reader: TileReader
  readonly #signal: AbortSignal | undefined

  constructor(array: TileArray, { slots = 2, memoryBytes = 2 ** 30, signal }: ResidualOptions) {
    this.array = array
    this.slots = slots
    this.#reader = new TileReader({ memoryBytes: memoryBytes / 2, signal })
    this.#signal = signal
  }

  get count(): number {
    return dimensions(this.array).mt
  }

  /** Shared, so not to be written to. */
  async read(i: number): Promise<Tile[]> {
    this.#signal?.throwIfAborted()
    return Promise.all(range(dimensions(this.array).nt).map((j) => this.#reader.read(this.array, [i, j])))
  }

  /** ||.||_F */
  async norm(): Promise<number> {
    const sum = new FrobeniusSum()
    for (let i = 0; i < this.count; i++) for (const tile of await this.read(i)) await sum.add(tile)
    return sum.value
  }
}

/** W X^T X and the lengths of the rows of W X^T, for W (w x n) in tiles as wide as those of X. */
export async function gramOf(X: Rows, W: readonly Tile[]): Promise<{ gram: Tile[]; norms: Float64Array }> {
  const gram = W.map((tile) => zeroTile(tile, dtypeOf(tile)))
  const norms = new Float64Array(W[0]!.rows)
  for (let i = 0; i < X.count; i++) {
    const x = await X.read(i)
    const t = zeroTile({ rows: norms.length, cols: x[0]!.rows }, dtypeOf(x[0]!))
    for (const [j, tile] of x.entries()) await gemm(t, W[j]!, tile, { transB: true })
    for (let at = 0; at < t.data.length; at++) norms[at % t.rows]! += t.data[at]! ** 2
    await forEachLimit(x.entries(), X.slots, ([j, tile]) => gemm(gram[j]!, t, tile))
  }
  return { gram, norms: norms.map(Math.sqrt) }
}

/** A lower bound of the largest ||X w||_2 over unit vectors w that are orthogonal to the rows of C: the power method. */
export async function largestOutside(X: Rows, C: Rows): Promise<number> {
  let w = await Promise.all((await C.read(0)).map((tile) => ownCopy({ ...tile, rows: 1 })))
  const [{ cols: width }] = w as [Tile]
  // A vector with a part in any direction.
  for (const [j, { data }] of w.entries()) {
    for (let at = 0; at < data.length; at++) data[at] = Math.sin((j * width + at + 1) ** 2)
  }
  let most = 0
  for (let step = 0; step < steps; step++) {
    // Twice is enough (Kahan), and what shrinks the second time has nothing outside but rounding errors.
    for (const _ of range(2)) {
      await normalize(w)
      await projectOut(w, C)
    }
    const left = await normalize(w)
    if (!(left >= 0.5)) break
    const { gram, norms } = await gramOf(X, w)
    most = Math.max(most, norms[0]!)
    w = gram
  }
  return most
}

/** w -= (w C^T) C */
async function projectOut(w: readonly Tile[], C: Rows): Promise<void> {
  for (let i = 0; i < C.count; i++) {
    const c = await C.read(i)
    const h = zeroTile({ rows: 1, cols: c[0]!.rows }, dtypeOf(c[0]!))
    for (const [j, tile] of c.entries()) await gemm(h, w[j]!, tile, { transB: true })
    for (const [j, tile] of c.entries()) await gemm(w[j]!, h, tile, { alpha: -1 })
  }
}

/** To length 1, but for zeros; the length that it had. */
async function normalize(w: readonly Tile[]): Promise<number> {
  const sum = new FrobeniusSum()
  for (const tile of w) await sum.add(tile)
  for (const tile of w) await scale(tile, 1 / (sum.value || 1))
  return sum.value
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
