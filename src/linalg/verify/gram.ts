/** Norms of Gram matrices A^T A and of their differences, tile by tile. */

import { addColumnAbsSums, gemm, maxAbs, scale, type Tile, zeroTile } from '../../kernels/index.ts'
import { type TileArray, tileDtype } from '../../matrix/index.ts'
import { forEachLimit } from '../../util/index.ts'
import { addSums, largest } from './column-sums.ts'
import type { ResidualOptions } from './residual.ts'
import { ownCopy, TileReader } from './tile-reader.ts'

/** ||I - Q^T Q||_1 for Q m x n. */
export function orthogonalityNorm1(Q: TileArray, options: ResidualOptions = {}): Promise<number> {
  return gramNorm1([{ array: Q, sign: -1 }], { ...options, addIdentity: true })
}

/**
 * ||A^T A - R^T R||_1 and ||A^T A||_1, both of A and R divided by max |a_ij|, so that squares neither overflow nor vanish.
 * R's columns are cut as A's are.
 */
export async function gramDifference(
  A: TileArray,
  R: TileArray,
  options: ResidualOptions = {},
): Promise<{ readonly difference: number; readonly whole: number }> {
  const largest = await largestAbs(A, options)
  const factor = largest > 0 && Number.isFinite(largest) ? 1 / largest : 1
  const scaled = { ...options, factor: Number.isFinite(factor) ? factor : Number.MAX_VALUE }
  const a = { array: A, sign: 1 }
  const difference = await gramNorm1([a, { array: R, sign: -1 }], scaled)
  return { difference, whole: await gramNorm1([a], scaled) }
}

interface Term {
  readonly array: TileArray
  readonly sign: number
}

/** ||sum sign factor^2 X^T X + I||_1, I only with `addIdentity`; all X have the same column tiles. */
async function gramNorm1(
  terms: readonly Term[],
  options: ResidualOptions & { readonly factor?: number; readonly addIdentity?: boolean },
): Promise<number> {
  const { factor = 1, addIdentity = false, signal } = options
  const reader = new TileReader({ memoryBytes: options.memoryBytes ?? 2 ** 30, signal })
  const { layout, grid } = terms[0]!.array
  const [n = 1, nb = 1] = [layout.shape[1], layout.tile[1]]
  const nt = grid[1] ?? 1
  const sums = new Float64Array(n)
  const pairs = Array.from({ length: nt * nt }, (_, at): [number, number] => [at % nt, Math.floor(at / nt)])
  await forEachLimit(pairs, options.slots ?? 2, async ([i, j]) => {
    const extent = (at: number): number => Math.min(nb, n - at * nb)
    const g = zeroTile({ rows: extent(i), cols: extent(j) }, tileDtype(layout))
    if (addIdentity && i === j) for (let at = 0; at < g.rows; at++) g.data[at + at * g.ld] = 1
    for (const { array, sign } of terms) {
      for (let k = 0; k < (array.grid[0] ?? 1); k++) {
        signal?.throwIfAborted()
        const left = await reader.read(array, [k, i])
        const right = await scaledCopy(await reader.read(array, [k, j]), factor)
        await gemm(g, await scaledCopy(left, factor), right, { transA: true, alpha: sign })
      }
    }
    await addSums(sums.subarray(j * nb, j * nb + g.cols), (part) => addColumnAbsSums(g, part))
  })
  return largest(sums)
}

async function largestAbs(array: TileArray, options: ResidualOptions): Promise<number> {
  const [mt = 1, nt = 1] = array.grid
  const indices = Array.from({ length: mt * nt }, (_, at) => [Math.floor(at / nt), at % nt])
  let most = 0
  await forEachLimit(indices, options.slots ?? 2, async (index) => {
    const value = await maxAbs(await array.readTile(index, { signal: options.signal }))
    if (value > most || Number.isNaN(value)) most = value
  })
  return most
}

/** The tile times a factor, without a copy where that is 1 or near it. */
async function scaledCopy(tile: Tile, factor: number): Promise<Tile> {
  if (factor > 1e-9 && factor < 1e9) return tile
  const copy = await ownCopy(tile)
  await scale(copy, factor)
  return copy
}
