import type { Tile } from '../../kernels/index.ts'
import type { Store } from '../../storage/index.ts'
import type { Layout, TileArray, TileOptions } from '../contract.ts'
import { ReadOnlyError } from '../errors.ts'
import { extentAt, gridOf, gridPosition } from '../layout.ts'
import { type Range, type Rectangle, readRectangle } from '../rectangle.ts'
import { tileBytesOf } from '../tile-codec.ts'

/** Another way to read an array: nothing is stored or copied when it is made, and nothing can be written through it. */
export abstract class ArrayView implements TileArray {
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

  get heldBytes(): number {
    return this.base.heldBytes
  }

  abstract getTile(index: readonly number[], options?: TileOptions): Promise<Tile | undefined>
  abstract readTile(index: readonly number[], options?: TileOptions): Promise<Tile>
  abstract hasTile(index: readonly number[], options?: TileOptions): Promise<boolean>
  abstract storedTiles(
    options?: TileOptions,
  ): AsyncIterable<{ readonly index: readonly number[]; readonly bytes: number }>

  extentOf(index: readonly number[]): { readonly rows: number; readonly cols: number } {
    return extentAt(this.layout, this.positionOf(index))
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

  /** Position of a tile in the grid, from 0. @throws OutOfBoundsError */
  protected positionOf(index: readonly number[]): readonly number[] {
    return gridPosition(this.layout, index, this.url)
  }

  #readOnly(): ReadOnlyError {
    return new ReadOnlyError(`a view of ${this.url} cannot be written; write to the matrix itself`)
  }
}
