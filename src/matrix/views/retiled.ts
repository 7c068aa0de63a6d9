import { copyInto, type Tile } from '../../kernels/index.ts'
import { forEachLimit } from '../../util/index.ts'
import type { Layout, TileArray, TileOptions } from '../contract.ts'
import { InvalidLayoutError } from '../errors.ts'
import { checkLayout } from '../layout.ts'
import { tileOver } from '../tile-codec.ts'
import { ArrayView } from './array-view.ts'
import { BaseTiles } from './base-tiles.ts'

/** Tiles of the base on their way into one tile at the same time. */
const concurrency = 2

/**
 * A matrix read in tiles of another shape; its tiles count from 0. A tile is put together from the tiles of the base that it
 * overlaps, of which the last ones used are kept ({@link TileArray.heldBytes}).
 * @throws InvalidLayoutError unless the array has two dimensions and the tile is possible
 */
export function retiled(array: TileArray, tile: readonly [rows: number, cols: number]): ArrayView {
  const { shape, dtype } = array.layout
  if (shape.length !== 2) {
    throw new InvalidLayoutError(
      `${array.url} has ${shape.length} dimensions (${shape.join('x')}); only a matrix of 2 can be read in tiles of ${tile.join('x')}`,
    )
  }
  const layout: Layout = { shape, tile, dtype }
  checkLayout(layout)
  return new RetiledView(array, layout)
}

/** What one tile of the base gives to one of the view. */
interface Part {
  readonly baseIndex: readonly [number, number]
  readonly rows: Overlap
  readonly cols: Overlap
}

/** A run of elements along one dimension. */
interface Overlap {
  /** Tile of the base, from 0. */
  readonly tile: number
  /** First element within that tile, and within the tile of the view. */
  readonly from: number
  readonly to: number
  readonly length: number
}

class RetiledView extends ArrayView {
  readonly #tiles: BaseTiles

  constructor(array: TileArray, layout: Layout) {
    super(array, layout)
    this.#tiles = new BaseTiles(array)
  }

  override get heldBytes(): number {
    return this.base.heldBytes + this.#tiles.limitBytes
  }

  async getTile(index: readonly number[], options: TileOptions = {}): Promise<Tile | undefined> {
    const { tile, isStored } = await this.#assemble(index, options)
    return isStored ? tile : undefined
  }

  async readTile(index: readonly number[], options: TileOptions = {}): Promise<Tile> {
    return (await this.#assemble(index, options)).tile
  }

  /** True when a part of the tile is stored. */
  async hasTile(index: readonly number[], options: TileOptions = {}): Promise<boolean> {
    for (const { baseIndex } of this.#partsOf(index)) if (await this.base.hasTile(baseIndex, options)) return true
    return false
  }

  async *storedTiles(
    options: TileOptions = {},
  ): AsyncGenerator<{ readonly index: readonly number[]; readonly bytes: number }> {
    const seen = new Set<string>()
    const { tile, origin } = this.base.layout
    for await (const { index } of this.base.storedTiles(options)) {
      const { rows, cols } = this.base.extentOf(index)
      const [top = 0, left = 0] = index.map((at, d) => (at - (origin?.[d] ?? 0)) * tile[d]!)
      const [mb = 1, nb = 1] = this.layout.tile
      for (const { tile: i } of overlaps(top, rows, mb)) {
        for (const { tile: j } of overlaps(left, cols, nb)) {
          if (seen.has(`${i},${j}`)) continue
          seen.add(`${i},${j}`)
          yield { index: [i, j], bytes: this.tileBytes }
        }
      }
    }
  }

  async #assemble(
    index: readonly number[],
    { signal, into }: TileOptions,
  ): Promise<{ readonly tile: Tile; readonly isStored: boolean }> {
    const extent = this.extentOf(index)
    const buffer = into?.byteLength === this.tileBytes ? into : new ArrayBuffer(this.tileBytes)
    const tile = tileOver(buffer, this.layout, extent)
    let isStored = false
    await forEachLimit(this.#partsOf(index), concurrency, ({ baseIndex, rows, cols }) => {
      signal?.throwIfAborted()
      // Without the signal: whoever else waits for the same tile may not be aborted.
      return this.#tiles.use(baseIndex, async (found) => {
        isStored ||= found.isStored
        const size = { rows: rows.length, cols: cols.length }
        await copyInto(part(tile, rows.to, cols.to, size), part(found.tile, rows.from, cols.from, size))
      })
    })
    return { tile, isStored }
  }

  *#partsOf(index: readonly number[]): Generator<Part> {
    const [i = 0, j = 0] = this.positionOf(index)
    const { rows, cols } = this.extentOf(index)
    const [mb = 1, nb = 1] = this.layout.tile
    const { tile, origin = [0, 0] } = this.base.layout
    for (const row of overlaps(i * mb, rows, tile[0]!)) {
      for (const col of overlaps(j * nb, cols, tile[1]!)) {
        yield { baseIndex: [row.tile + origin[0]!, col.tile + origin[1]!], rows: row, cols: col }
      }
    }
  }
}

/** The tiles of `extent` elements that a run of elements meets, and the part of each. */
function* overlaps(start: number, length: number, extent: number): Generator<Overlap> {
  for (let at = start; at < start + length; ) {
    const tile = Math.floor(at / extent)
    const run = Math.min(start + length, (tile + 1) * extent) - at
    yield { tile, from: at - tile * extent, to: at - start, length: run }
    at += run
  }
}

/** A rectangle of a tile, over the same buffer. */
function part(
  { data, ld }: Tile,
  row: number,
  col: number,
  { rows, cols }: { readonly rows: number; readonly cols: number },
): Tile {
  return { data: data.subarray(row + col * ld), rows, cols, ld }
}
