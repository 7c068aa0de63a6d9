/** Tiles for tests, and plain reference implementations to hold the kernels against. */

import {
  type Dtype,
  dtypeOf,
  type Extent,
  type KernelContext,
  type KernelScalars,
  kernelRegistry,
  type Tile,
} from '../../../src/kernels/index.ts'

export const dtypes: readonly Dtype[] = ['float64', 'float32']
/** Unit roundoff, as LAPACK's linear equation tests use it. */
export const epsilon: Readonly<Record<Dtype, number>> = { float64: 2 ** -53, float32: 2 ** -24 }

/** A reproducible stream of numbers in [-0.5, 0.5). */
export function random(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32 - 0.5
  }
}

export interface TileOptions {
  readonly dtype?: Dtype
  /** Rows beyond the tile's own in its buffer. */
  readonly gap?: number
  /** Elements before the tile in its buffer. */
  readonly offset?: number
}

/** Value of the elements between the columns of a tile: a kernel must never change it. */
export const padding = 12345

/** A rows x cols tile of `value(r, c)`. */
export function makeTile(
  rows: number,
  cols: number,
  value: (r: number, c: number) => number,
  options: TileOptions = {},
): Tile {
  const { dtype = 'float64', gap = 0, offset = 0 } = options
  const ld = Math.max(1, rows + gap)
  const Kind = dtype === 'float64' ? Float64Array : Float32Array
  const data = new Kind(offset + ld * cols).fill(padding).subarray(offset)
  for (let c = 0; c < cols; c++) for (let r = 0; r < rows; r++) data[r + c * ld] = value(r, c)
  return { data, rows, cols, ld }
}

export function randomTile(rows: number, cols: number, seed: number, options: TileOptions = {}): Tile {
  const next = random(seed)
  return makeTile(rows, cols, next, options)
}

/** Symmetric positive definite: a random symmetric tile with n on the diagonal. */
export function spdTile(n: number, seed: number, options: TileOptions = {}): Tile {
  const half = randomTile(n, n, seed)
  return makeTile(n, n, (r, c) => at(half, Math.max(r, c), Math.min(r, c)) + (r === c ? n : 0), options)
}

export function at(tile: Tile, r: number, c: number): number {
  if (r < 0 || r >= tile.rows || c < 0 || c >= tile.cols) throw new RangeError(`no element ${r}, ${c}`)
  return tile.data[r + c * tile.ld] as number
}

/** The tile as rows of numbers. */
export function rowsOf(tile: Tile): number[][] {
  return Array.from({ length: tile.rows }, (_, r) => Array.from({ length: tile.cols }, (_, c) => at(tile, r, c)))
}

export function transposed(tile: Tile): Tile {
  return makeTile(tile.cols, tile.rows, (r, c) => at(tile, c, r))
}

export function identity(n: number, dtype: Dtype = 'float64'): Tile {
  return makeTile(n, n, (r, c) => (r === c ? 1 : 0), { dtype })
}

/** True when ||I - Q^T Q||_1 is below `bar` times n eps, by default that of LAPACK's tests. */
export function isOrthonormal(q: Tile, dtype: Dtype, bar = 30): boolean {
  return ratio(product(transposed(q), q), identity(q.cols), 1, dtype) < bar
}

/** U diag(s) V^T, for a column s. */
export function composed(u: Tile, s: Tile, v: Tile): Tile {
  const scaled = makeTile(u.rows, s.rows, (r, c) => at(u, r, c) * at(s, c, 0))
  return product(scaled, transposed(makeTile(v.rows, s.rows, (r, c) => at(v, r, c))))
}

/** A * B in double precision, by the definition. */
export function product(a: Tile, b: Tile): Tile {
  return makeTile(a.rows, b.cols, (r, c) => {
    let sum = 0
    for (let k = 0; k < a.cols; k++) sum += at(a, r, k) * at(b, k, c)
    return sum
  })
}

/** The triangle that a routine reads, with ones on the diagonal when `unit`. */
export function triangle(t: Tile, uplo: 'lower' | 'upper', unit = false): Tile {
  return makeTile(t.rows, t.cols, (r, c) => {
    if (r === c) return unit ? 1 : at(t, r, c)
    return r > c === (uplo === 'lower') ? at(t, r, c) : 0
  })
}

/** ||A||_1 in double precision. */
export function norm1(a: Tile): number {
  let largest = 0
  for (let c = 0; c < a.cols; c++) {
    let sum = 0
    for (let r = 0; r < a.rows; r++) sum += Math.abs(at(a, r, c))
    largest = Math.max(largest, sum)
  }
  return largest
}

/** ||A - B||_1 / (n ||scale||_1 eps): a healthy routine stays well below 30. */
export function ratio(a: Tile, b: Tile, scale: number, dtype: Dtype): number {
  const difference = makeTile(a.rows, a.cols, (r, c) => at(a, r, c) - at(b, r, c))
  const error = norm1(difference)
  return error === 0 ? 0 : error / (Math.max(1, a.rows, a.cols) * scale * epsilon[dtype])
}

/** True when the elements between the columns still hold {@link padding}. */
export function isPaddingIntact(tile: Tile): boolean {
  for (let c = 0; c < tile.cols; c++) {
    for (let r = tile.rows; r < tile.ld; r++) if (tile.data[r + c * tile.ld] !== padding) return false
  }
  return true
}

/** True when both tiles hold the same bits. */
export function sameBits(a: Tile, b: Tile): boolean {
  if (a.rows !== b.rows || a.cols !== b.cols) return false
  for (let c = 0; c < a.cols; c++)
    for (let r = 0; r < a.rows; r++) if (!Object.is(at(a, r, c), at(b, r, c))) return false
  return true
}

/** A kernel context that counts what it allocates. */
export function makeContext(
  scalars: Partial<KernelScalars> = {},
  donated: readonly boolean[] = [],
): KernelContext & { allocated: number } {
  return {
    scalars: { positional: scalars.positional ?? [], keywords: scalars.keywords ?? {} },
    donated,
    allocated: 0,
    allocate(extent: Extent, like: Tile, zero = false): Tile {
      this.allocated++
      const dtype = extent.dtype ?? dtypeOf(like)
      return makeTile(extent.rows, extent.cols, () => (zero ? 0 : Number.NaN), { dtype })
    },
  }
}

/** Runs the kernel of that name, and holds what it gives against its shape rule. */
export async function runKernel(
  name: string,
  operands: readonly (Tile | undefined)[],
  keywords: Readonly<Record<string, number>> = {},
  donated: readonly boolean[] = [],
): Promise<Tile[]> {
  const kernel = kernelRegistry.get(name)
  if (!kernel) throw new RangeError(`no kernel ${name}`)
  const context = makeContext({ keywords }, donated)
  const extents = kernel.shape(
    operands.map((tile) => tile && { rows: tile.rows, cols: tile.cols, dtype: dtypeOf(tile) }),
    context.scalars,
  )
  const like = operands.find((tile) => tile !== undefined)
  const results = await kernel.run(operands, context)
  if (extents.length !== results.length) throw new RangeError(`${name}: ${results.length} results`)
  for (const [i, { rows, cols, dtype = like && dtypeOf(like) }] of extents.entries()) {
    const found = results[i]!
    if (found.rows !== rows || found.cols !== cols || dtypeOf(found) !== dtype)
      throw new RangeError(`${name}: shape() disagrees`)
  }
  return [...results]
}
