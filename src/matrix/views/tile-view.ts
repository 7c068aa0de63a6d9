import type { Tile } from '../../kernels/index.ts'
import type { TileOptions } from '../contract.ts'
import { ArrayView } from './array-view.ts'

/** A view each of whose tiles is made of one tile of what it views. */
export abstract class TileView extends ArrayView {
  /** Index in the base of the tile that a tile of the view is made of. */
  abstract baseIndex(index: readonly number[]): readonly number[]
  /** Indices in the view that show a tile of the base. */
  abstract viewIndices(baseIndex: readonly number[]): readonly (readonly number[])[]
  /** A tile of the view from that of the base. */
  protected abstract convert(index: readonly number[], tile: Tile, into: ArrayBuffer | undefined): Tile

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

  /** False when a converted tile is the base's own, so that `into` belongs to the base. */
  protected readonly copies: boolean = true

  #checkedIndex(index: readonly number[]): readonly number[] {
    this.positionOf(index)
    return this.baseIndex(index)
  }

  #baseOptions({ signal, into }: TileOptions): TileOptions {
    return this.copies ? { signal } : { signal, into }
  }
}
