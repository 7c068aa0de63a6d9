/** What the worker, the run and the algorithms may expect of a matrix in a store. */

import type { Dtype, Tile } from '../kernels/index.ts'
import type { Store } from '../storage/index.ts'

/** Type of stored elements. Whole numbers of 64 bits are float64 in memory, which is exact up to 2^53. */
export type StoredDtype = Dtype | 'int64'

/** Layout of an array: its shape and its tile (chunk) in elements. Leading dimensions of a stack have tile extent 1. */
export interface Layout {
  readonly shape: readonly number[]
  readonly tile: readonly number[]
  readonly dtype: StoredDtype
  /** Index of the first tile per dimension, when it is not 0 (programs may use any integer); kept in the array's attributes. */
  readonly origin?: readonly number[]
}

/**
 * A matrix, or a stack of matrices, of tiles in a store: a Zarr v3 array, column-major within a tile.
 * An n-dimensional array addresses its tiles by n indices; the last two dimensions are the rows and columns of a tile.
 */
export interface TileArray {
  readonly store: Store
  /** Key prefix of the array in its store, e.g. `A` or `work/A`; '' when the store's root is the array. */
  readonly path: string
  readonly url: string
  readonly layout: Layout
  /** Tiles per dimension. */
  readonly grid: readonly number[]
  /** Logical rows and columns of one tile; edge tiles are smaller than the tile shape. @throws OutOfBoundsError */
  extentOf(index: readonly number[]): { readonly rows: number; readonly cols: number }
  /** Stored bytes of one tile object, checksum included. */
  readonly tileBytes: number
  /** Most bytes of tiles that the array keeps in memory for itself; 0 but for views that put tiles together. */
  readonly heldBytes: number
  /**
   * The tile, or `undefined` where no object is stored (the caller knows whether that means fill value or not computed yet).
   * `into`: a pooled buffer of {@link tileBytes} bytes. @throws CorruptTileError when the checksum or the length is wrong
   */
  getTile(index: readonly number[], options?: TileOptions): Promise<Tile | undefined>
  /** As getTile, with the fill value for an absent tile. */
  readTile(index: readonly number[], options?: TileOptions): Promise<Tile>
  /**
   * Stores a tile whole (edge tiles padded with zeros), atomically. When the tile's buffer is a pooled one of {@link tileBytes}
   * bytes with ld = the tile's rows, it goes out without a copy. @returns false when `ifAbsent` and it exists
   */
  putTile(
    index: readonly number[],
    tile: Tile,
    options?: TileOptions & { readonly ifAbsent?: boolean },
  ): Promise<boolean>
  hasTile(index: readonly number[], options?: TileOptions): Promise<boolean>
  deleteTile(index: readonly number[], options?: TileOptions): Promise<void>
  /** Indices of the tiles that are stored, streamed from one listing. */
  storedTiles(options?: TileOptions): AsyncIterable<{ readonly index: readonly number[]; readonly bytes: number }>
}

export interface TileOptions {
  readonly signal?: AbortSignal | undefined
  readonly into?: ArrayBuffer | undefined
}
