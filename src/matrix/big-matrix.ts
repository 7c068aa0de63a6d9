import { isNumpywrenError } from '../errors.ts'
import type { Tile } from '../kernels/index.ts'
import { type CorruptObjectError, objectUrl, type Store } from '../storage/index.ts'
import type { Layout, TileArray, TileOptions } from './contract.ts'
import { CorruptTileError, ReadOnlyError } from './errors.ts'
import { checkFillValue, checkLayout, extentAt, gridOf, gridPosition } from './layout.ts'
import { claimPlace, clearPlace, openMetadata, publishMetadata } from './lifecycle.ts'
import { type Range, type Rectangle, readRectangle, writeRectangle } from './rectangle.ts'
import { decodeTile, encodeTile, tileBytesOf, tileOver } from './tile-codec.ts'
import type { ArrayView } from './views/array-view.ts'
import { block } from './views/block.ts'
import { retiled } from './views/retiled.ts'
import { symmetric } from './views/symmetric.ts'
import type { TileView } from './views/tile-view.ts'
import { transposed } from './views/transposed.ts'
import { isNative } from './zarr/chunk-codec.ts'
import { chunkKey, chunkPosition, chunkPrefix } from './zarr/chunk-key.ts'
import { type ArrayMetadata, type MatrixAttributes, newMetadata } from './zarr/metadata.ts'

export interface CreateOptions {
  /** Replace what is there. @default false */
  readonly overwrite?: boolean | undefined
  /** What absent tiles read as. @default 0 */
  readonly fillValue?: number | undefined
  /** Kept in the array's attributes under `numpywren`. */
  readonly attributes?: MatrixAttributes | undefined
  /** Write zarr.json only at {@link BigMatrix.commit}, so that until then nothing looks like a matrix. @default false */
  readonly deferMetadata?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/** What an array is and how much of it is stored. */
export interface Description {
  readonly url: string
  readonly shape: readonly number[]
  readonly tile: readonly number[]
  readonly dtype: string
  readonly grid: readonly number[]
  readonly structure: string
  readonly fillValue: number
  readonly tiles: number
  readonly tilesStored: number
  readonly bytesStored: number
}

/** A matrix (or a stack of them, or a vector) in a store: a Zarr v3 array whose chunks are column-major tiles. */
export class BigMatrix implements TileArray {
  readonly store: Store
  readonly path: string
  readonly url: string
  readonly layout: Layout
  readonly grid: readonly number[]
  readonly tileBytes: number
  readonly heldBytes: number = 0
  readonly fillValue: number
  readonly attributes: MatrixAttributes
  readonly #metadata: ArrayMetadata
  #isPublished: boolean

  private constructor(store: Store, path: string, metadata: ArrayMetadata, isPublished: boolean) {
    this.store = store
    this.path = path
    this.url = objectUrl(store.url, path)
    this.layout = metadata.layout
    this.grid = gridOf(metadata.layout)
    this.tileBytes = tileBytesOf(metadata.layout)
    this.fillValue = metadata.fillValue
    this.attributes = metadata.attributes
    this.#metadata = metadata
    this.#isPublished = isPublished
  }

  /**
   * Makes an empty array. Tiles that a failed import left there are removed.
   * @throws AlreadyExistsError unless `overwrite`; InvalidLayoutError
   */
  static async create(store: Store, path: string, layout: Layout, options: CreateOptions = {}): Promise<BigMatrix> {
    const { overwrite = false, fillValue = 0, attributes = {}, deferMetadata = false, signal } = options
    checkLayout(layout)
    checkFillValue(layout, fillValue)
    const metadata = newMetadata(layout, fillValue, attributes)
    await claimPlace(store, path, overwrite, signal)
    if (!deferMetadata) await publishMetadata(store, path, metadata, signal)
    return new BigMatrix(store, path, metadata, !deferMetadata)
  }

  /**
   * The array that an earlier {@link create} with `deferMetadata` began, as a resumed run finds it: tiles may exist already.
   * Reads, checks and removes nothing in the store. @throws InvalidLayoutError
   */
  static attach(
    store: Store,
    path: string,
    layout: Layout,
    { fillValue = 0, attributes = {} }: Pick<CreateOptions, 'fillValue' | 'attributes'> = {},
  ): BigMatrix {
    checkLayout(layout)
    return new BigMatrix(store, path, newMetadata(layout, fillValue, attributes), false)
  }

  /** Opens an array, ours or any other whose chunks can be read as tiles. @throws MatrixNotFoundError, InvalidMetadataError, UnsupportedArrayError */
  static async open(
    store: Store,
    path: string,
    options: { signal?: AbortSignal | undefined } = {},
  ): Promise<BigMatrix> {
    return new BigMatrix(store, path, await openMetadata(store, path, options.signal), true)
  }

  /** Writes zarr.json if that was deferred: from now on this is a matrix. @throws AlreadyExistsError when another got there first */
  async commit(): Promise<void> {
    if (this.#isPublished) return
    await publishMetadata(this.store, this.path, this.#metadata)
    this.#isPublished = true
  }

  /** Gives up an array that was not committed: removes its tiles. Does nothing to one that was. */
  async abort(): Promise<void> {
    if (!this.#isPublished) await clearPlace(this.store, this.path)
  }

  extentOf(index: readonly number[]): { readonly rows: number; readonly cols: number } {
    return extentAt(this.layout, gridPosition(this.layout, index, this.url))
  }

  async getTile(index: readonly number[], { signal, into }: TileOptions = {}): Promise<Tile | undefined> {
    const chunk = await this.#stored(index, { signal, into })
    if (chunk === undefined) return undefined
    const decoded = await decodeTile(chunk, this.#metadata.codec, this.layout, this.extentOf(index))
    if (!('problem' in decoded)) return decoded
    throw new CorruptTileError(this.url, index, this.tileKey(index), decoded.problem)
  }

  async readTile(index: readonly number[], options: TileOptions = {}): Promise<Tile> {
    return (await this.getTile(index, options)) ?? this.#filledTile(index, options.into)
  }

  async putTile(
    index: readonly number[],
    tile: Tile,
    { signal, ifAbsent }: TileOptions & { readonly ifAbsent?: boolean } = {},
  ): Promise<boolean> {
    if (!isNative(this.#metadata.codec)) {
      throw new ReadOnlyError(
        `${this.url} is not encoded as we write tiles; use 'numpywren import ${this.url} NEW_URL' and write to that`,
      )
    }
    const key = this.tileKey(index)
    const chunk = encodeTile(tile, this.layout, this.extentOf(index), `tile [${index}] of ${this.url}`)
    return this.store.put(key, chunk, { signal, ifAbsent })
  }

  async hasTile(index: readonly number[], { signal }: TileOptions = {}): Promise<boolean> {
    return (await this.store.stat(this.tileKey(index), { signal })) !== undefined
  }

  async deleteTile(index: readonly number[], { signal }: TileOptions = {}): Promise<void> {
    await this.store.delete(this.tileKey(index), { signal })
  }

  async *storedTiles({ signal }: TileOptions = {}): AsyncGenerator<{
    readonly index: readonly number[]
    readonly bytes: number
  }> {
    const { chunkKeys } = this.#metadata
    const folder = this.path === '' ? '' : `${this.path}/`
    for await (const { key, bytes } of this.store.list(folder + chunkPrefix(chunkKeys), { signal })) {
      const position = chunkPosition(chunkKeys, key.slice(folder.length), this.grid.length)
      if (position?.every((at, dimension) => at < this.grid[dimension]!))
        yield { index: this.#indexOf(position), bytes }
    }
  }

  /** Key of a tile's object in the store. @throws OutOfBoundsError */
  tileKey(index: readonly number[]): string {
    const key = chunkKey(this.#metadata.chunkKeys, gridPosition(this.layout, index, this.url))
    return this.path === '' ? key : `${this.path}/${key}`
  }

  /**
   * The elements in the given ranges, row-major: `read([0, 2], [0, 3])` has shape [2, 3]. Without ranges, all of them.
   * @throws OutOfBoundsError, CorruptTileError
   */
  read(...ranges: readonly Range[]): Promise<Rectangle> {
    return readRectangle(this, ranges)
  }

  /** Writes row-major elements: `write([0, 2], [0, 3], data)`; tiles that are covered in part keep their other elements. */
  write(
    ...rangesAndData: readonly [...ranges: Range[], data: Float64Array | Float32Array | readonly number[]]
  ): Promise<void> {
    const data = rangesAndData.at(-1) as Float64Array
    return writeRectangle(this, rangesAndData.slice(0, -1) as Range[], data)
  }

  /** Rows and columns exchanged. */
  transposed(): TileView {
    return transposed(this)
  }

  /** The elements in ranges that begin and end between tiles (or at the edge). */
  block(...ranges: readonly Range[]): TileView {
    return block(this, ranges)
  }

  /** The whole of a symmetric matrix of which the lower (or upper) half is stored. */
  symmetric(stored: 'lower' | 'upper'): TileView {
    return symmetric(this, stored)
  }

  /** The same elements in tiles of another shape. */
  retiled(tile: readonly [rows: number, cols: number]): ArrayView {
    return retiled(this, tile)
  }

  /** What the array is, and from one listing how much of it is stored. */
  async describe(options: TileOptions = {}): Promise<Description> {
    let tilesStored = 0
    let bytesStored = 0
    for await (const { bytes } of this.storedTiles(options)) {
      tilesStored++
      bytesStored += bytes
    }
    const { shape, tile, dtype } = this.layout
    const tiles = this.grid.reduce((product, count) => product * count, 1)
    const structure = this.attributes.structure ?? 'general'
    return {
      url: this.url,
      shape,
      tile,
      dtype,
      grid: this.grid,
      structure,
      fillValue: this.fillValue,
      tiles,
      tilesStored,
      bytesStored,
    }
  }

  async #stored(index: readonly number[], { signal, into }: TileOptions): Promise<Uint8Array | undefined> {
    try {
      return await this.store.get(this.tileKey(index), { signal, into: into && new Uint8Array(into) })
    } catch (error) {
      throw this.#whenRead(index, error)
    }
  }

  /** A store that sees damage by a checksum of its own says the same as ours would. */
  #whenRead(index: readonly number[], cause: unknown): unknown {
    if (!isNumpywrenError(cause, 'CorruptObjectError')) return cause
    return new CorruptTileError(this.url, index, this.tileKey(index), (cause as CorruptObjectError).reason, { cause })
  }

  #filledTile(index: readonly number[], into: ArrayBuffer | undefined): Tile {
    const buffer = into?.byteLength === this.tileBytes ? into : new ArrayBuffer(this.tileBytes)
    const tile = tileOver(buffer, this.layout, this.extentOf(index))
    if (buffer === into || this.fillValue !== 0) tile.data.fill(this.fillValue)
    return tile
  }

  #indexOf(position: readonly number[]): number[] {
    return position.map((at, dimension) => at + (this.layout.origin?.[dimension] ?? 0))
  }
}
