import type { Tile } from '../kernels/index.ts'
import type { Layout, TileArray, TileOptions } from '../matrix/index.ts'
import type { Store } from '../storage/index.ts'

/** For each dimension of an array, the position in the program's index that it takes; `null` stays at the array's first tile. */
export type Axes = readonly (number | null)[]

/**
 * An array addressed by a program's index whose positions stand in another order or number: `T[i]` as a column of tiles, or
 * `P[i, j, k]` whose rows go with i and columns with j. Written through, unlike the views of a matrix.
 */
export class AxesView implements TileArray {
  readonly base: TileArray
  readonly store: Store
  readonly path: string
  readonly url: string
  readonly layout: Layout
  readonly grid: readonly number[]
  readonly tileBytes: number
  readonly heldBytes: number
  readonly #axes: Axes

  constructor(base: TileArray, axes: Axes) {
    this.base = base
    this.store = base.store
    this.path = base.path
    this.url = base.url
    this.layout = base.layout
    this.grid = base.grid
    this.tileBytes = base.tileBytes
    this.heldBytes = base.heldBytes
    this.#axes = axes
  }

  extentOf(index: readonly number[]): { readonly rows: number; readonly cols: number } {
    return this.base.extentOf(this.#toBase(index))
  }

  getTile(index: readonly number[], options?: TileOptions): Promise<Tile | undefined> {
    return this.base.getTile(this.#toBase(index), options)
  }

  readTile(index: readonly number[], options?: TileOptions): Promise<Tile> {
    return this.base.readTile(this.#toBase(index), options)
  }

  putTile(
    index: readonly number[],
    tile: Tile,
    options?: TileOptions & { readonly ifAbsent?: boolean },
  ): Promise<boolean> {
    return this.base.putTile(this.#toBase(index), tile, options)
  }

  hasTile(index: readonly number[], options?: TileOptions): Promise<boolean> {
    return this.base.hasTile(this.#toBase(index), options)
  }

  deleteTile(index: readonly number[], options?: TileOptions): Promise<void> {
    return this.base.deleteTile(this.#toBase(index), options)
  }

  async *storedTiles(
    options?: TileOptions,
  ): AsyncGenerator<{ readonly index: readonly number[]; readonly bytes: number }> {
    for await (const { index, bytes } of this.base.storedTiles(options)) yield { index: this.fromBase(index), bytes }
  }

  #toBase(index: readonly number[]): number[] {
    return this.#axes.map((axis, dimension) =>
      axis === null ? (this.layout.origin?.[dimension] ?? 0) : (index[axis] ?? Number.NaN),
    )
  }

  /** The program's index of a tile of the array. */
  fromBase(index: readonly number[]): number[] {
    const own: number[] = []
    for (const [dimension, axis] of this.#axes.entries()) if (axis !== null) own[axis] = index[dimension]!
    return own
  }
}
