/** Reading and writing any rectangle of an array, tile by tile. */

import { InputError } from '../errors.ts'
import type { Tile } from '../kernels/index.ts'
import { forEachLimit } from '../util/index.ts'
import type { TileArray } from './contract.ts'
import { copyStrided, type Strided } from './copy.ts'
import { OutOfBoundsError } from './errors.ts'
import { tileOver } from './tile-codec.ts'

/** Tiles on their way at the same time. */
const CONCURRENCY = 4

/** First element and the one after the last, along one dimension. */
export type Range = readonly [start: number, end: number]

/** Elements in row-major (C) order, as NumPy has them. */
export interface Rectangle {
  readonly data: Float64Array
  readonly shape: readonly number[]
}

export interface RectangleOptions {
  readonly signal?: AbortSignal | undefined
}

/**
 * The elements in the given ranges, one per dimension (dimensions without a range are taken whole); absent tiles read as the fill value.
 * Memory: the result and a few tiles. @throws OutOfBoundsError, CorruptTileError
 */
export async function readRectangle(
  array: TileArray,
  ranges: readonly Range[],
  { signal }: RectangleOptions = {},
): Promise<Rectangle> {
  const full = checkRanges(array, ranges)
  const shape = full.map(([start, end]) => end - start)
  const data = new Float64Array(shape.reduce((product, extent) => product * extent, 1))
  await forEachLimit(overlaps(array, full), CONCURRENCY, async (part) => {
    const tile = await array.readTile(part.index, { signal })
    copyStrided(inRectangle(data, shape, part), inTile(tile, part), part.rows, part.cols)
  })
  return { data, shape }
}

/**
 * Writes row-major elements into the given ranges. A tile that is covered whole is written; of others the rest is read first and kept, so
 * two writes to one tile must not run at the same time. @throws OutOfBoundsError, InputError when `data` has not as many elements
 */
export async function writeRectangle(
  array: TileArray,
  ranges: readonly Range[],
  data: Float64Array | Float32Array | readonly number[],
  { signal }: RectangleOptions = {},
): Promise<void> {
  const full = checkRanges(array, ranges)
  const shape = full.map(([start, end]) => end - start)
  const elements = shape.reduce((product, extent) => product * extent, 1)
  if (data.length !== elements) {
    throw new InputError(
      `writing ${shape.join('x')} elements to ${array.url} takes ${elements} numbers, not ${data.length}`,
    )
  }
  const source = data instanceof Float64Array || data instanceof Float32Array ? data : Float64Array.from(data)
  await forEachLimit(overlaps(array, full), CONCURRENCY, async (part) => {
    const extent = array.extentOf(part.index)
    const isWhole = part.rows === extent.rows && part.cols === extent.cols
    const tile = isWhole
      ? tileOver(new ArrayBuffer(array.tileBytes), array.layout, extent)
      : await array.readTile(part.index, { signal })
    copyStrided(inTile(tile, part), inRectangle(source, shape, part), part.rows, part.cols)
    await array.putTile(part.index, tile, { signal })
  })
}

/** The part of one tile that lies in a rectangle. */
interface Overlap {
  readonly index: readonly number[]
  /** First row and column within the tile. */
  readonly tileRow: number
  readonly tileCol: number
  readonly rows: number
  readonly cols: number
  /** First element within the rectangle, per dimension. */
  readonly start: readonly number[]
}

/** The extent along one dimension that a tile shares with a range. */
interface Span {
  readonly tile: number
  readonly within: number
  readonly start: number
  readonly length: number
}

function checkRanges(array: TileArray, ranges: readonly Range[]): Range[] {
  const { shape } = array.layout
  if (ranges.length > shape.length) {
    throw new OutOfBoundsError(`${array.url} has ${shape.length} dimensions and ${ranges.length} ranges were given`)
  }
  return shape.map((extent, dimension): Range => {
    const [start, end] = ranges[dimension] ?? [0, extent]
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end < start || end > extent) {
      throw new OutOfBoundsError(
        `the range [${start}, ${end}] is not within the ${extent} elements of dimension ${dimension} of ${array.url}`,
      )
    }
    return [start, end]
  })
}

function* overlaps(array: TileArray, ranges: readonly Range[]): Generator<Overlap> {
  const { tile, origin } = array.layout
  const spans = ranges.map((range, dimension) => [...spansOf(range, tile[dimension]!)])
  for (const combination of product(spans)) {
    const row = combination.at(ranges.length === 1 ? 0 : -2)!
    const col = ranges.length === 1 ? { within: 0, length: 1 } : combination.at(-1)!
    yield {
      index: combination.map((span, dimension) => span.tile + (origin?.[dimension] ?? 0)),
      tileRow: row.within,
      tileCol: col.within,
      rows: row.length,
      cols: col.length,
      start: combination.map((span) => span.start),
    }
  }
}

function* spansOf([start, end]: Range, extent: number): Generator<Span> {
  for (let at = start; at < end; ) {
    const tile = Math.floor(at / extent)
    const length = Math.min(end, (tile + 1) * extent) - at
    yield { tile, within: at - tile * extent, start: at - start, length }
    at += length
  }
}

function* product<T>(lists: readonly (readonly T[])[], chosen: readonly T[] = []): Generator<readonly T[]> {
  const list = lists[chosen.length]
  if (list === undefined) yield chosen
  else for (const item of list) yield* product(lists, [...chosen, item])
}

function inTile(tile: Tile, { tileRow, tileCol }: Overlap): Strided {
  return { data: tile.data, offset: tileRow + tileCol * tile.ld, rowStride: 1, colStride: tile.ld }
}

function inRectangle(data: Float64Array | Float32Array, shape: readonly number[], { start }: Overlap): Strided {
  const offset = start.reduce((sum, at, dimension) => sum * shape[dimension]! + at, 0)
  return { data, offset, rowStride: shape.length === 1 ? 1 : shape.at(-1)!, colStride: 1 }
}
