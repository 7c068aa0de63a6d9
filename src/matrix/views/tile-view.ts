import type { Tile } from '../../kernels/index.ts'
import type { Store } from '../../storage/index.ts'
import type { Layout, TileArray, TileOptions } from '../contract.ts'
import { ReadOnlyError } from '../errors.ts'
import { extentAt, gridOf, gridPosition } from '../layout.ts'
import { type Range, type Rectangle, readRectangle } from '../rectangle.ts'
import { tileBytesOf } from '../tile-codec.ts'

/** Another way to read an array: nothing is stored or copied when it is made, and nothing can be written through it. */
export abstract class TileView implements TileArray {
  /** What is viewed: an array or another view. */
  readonly base: TileArray
  readonly store: Store
  readonly path: string
  readonly url: string
  readonly layout: Layout
  readonly grid: readonly number[]
  readonly tileBytes: number

  constructor(base: TileArray, layout: Layout) {
    this.base = base
    this.store = base.store
    this.path = base.path
    this.url = base.url
    this.layout = layout
    this.grid = gridOf(layout)
    this.tileBytes = tileBytesOf(layout)
  }

  /** Index in the base of the tile that a tile of the view is made of. */
  abstract baseIndex(index: readonly number[]): readonly number[]
  /** Indices in the view that show a tile of the base. */
  abstract viewIndices(baseIndex: readonly number[]): readonly (readonly number[])[]
  /** A tile of the view from that of the base. */
  protected abstract convert(index: readonly number[], tile: Tile, into: ArrayBuffer | undefined): Tile

  extentOf(index: readonly number[]): { readonly rows: number; readonly cols: number } {
    return extentAt(this.layout, gridPosition(this.layout, index, this.url))
  }

  async getTile(index: readonly number[], options: TileOptions = {}): Promise<Tile | undefined> {
    const tile = await this.base.getTile(this.#checkedIndex(index), this.#baseOptions(options))
    return tile && this.convert(index, tile, options.into)
  }

  async readTile(index: readonly number[], options: TileOptions = {}): Promise<Tile> {
    const tile = await this.base.readTile(this.#checkedIndex(index), this.#baseOptions(options))
    return this.convert(index, tile, options.into)
  }

  hasTile(index: readonly number[], options: TileOptions = {}): Promise<boolean> {
    return this.base.hasTile(this.#checkedIndex(index), options)
  }

  async *storedTiles(
    options: TileOptions = {},
  ): AsyncGenerator<{ readonly index: readonly number[]; readonly bytes: number }> {
    for await (const { index, bytes } of this.base.storedTiles(options)) {
      for (const seen of this.viewIndices(index)) yield { index: seen, bytes }
    }
  }

  async putTile(): Promise<boolean> {
    throw this.#readOnly()
  }

  async deleteTile(): Promise<void> {
    throw this.#readOnly()
  }

  /** As {@link BigMatrix.read}. */
  read(...ranges: readonly Range[]): Promise<Rectangle> {
    return readRectangle(this, ranges)
  }

  /** False when a converted tile is the base's own, so that `into` belongs to the base. */
  protected readonly copies: boolean = true

  #checkedIndex(index: readonly number[]): readonly number[] {
    gridPosition(this.layout, index, this.url)
    return this.baseIndex(index)
  }

  #baseOptions({ signal, into }: TileOptions): TileOptions {
    return this.copies ? { signal } : { signal, into }
  }

  #readOnly(): ReadOnlyError {
    return new ReadOnlyError(`a view of ${this.url} cannot be written; write to the matrix itself`)
  }
}
