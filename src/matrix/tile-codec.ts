/** Tiles from stored bytes and back. The stored bytes of our own arrays are the tile's buffer itself. */

import { InputError } from '../errors.ts'
import { dtypeOf, type Tile } from '../kernels/index.ts'
import type { Layout } from './contract.ts'
import { copyStrided } from './copy.ts'
import { InvalidLayoutError } from './errors.ts'
import { doublesToIntegers, integersToDoubles } from './integers.ts'
import { bytesPerElement, fullTile, tileDtype, tileElements, viewOf } from './layout.ts'
import {
  CHECKSUM_BYTES,
  type ChunkCodec,
  checksumProblem,
  decodeBytes,
  isNative,
  sealChunk,
} from './zarr/chunk-codec.ts'

/** Rows and columns in elements. */
interface Extent {
  readonly rows: number
  readonly cols: number
}

/** Bytes of a tile's elements. */
export function dataBytesOf(layout: Layout): number {
  return tileElements(layout) * bytesPerElement(layout.dtype)
}

/** Bytes of a tile's buffer: its elements, column-major, and room for the checksum. */
export function tileBytesOf(layout: Layout): number {
  return dataBytesOf(layout) + CHECKSUM_BYTES
}

/** A tile of the given extent over a buffer of {@link tileBytesOf} bytes; `ld` is the rows of a full tile. */
export function tileOver(buffer: ArrayBuffer, layout: Layout, { rows, cols }: Extent): Tile {
  return { data: viewOf(buffer, layout.dtype, tileElements(layout)), rows, cols, ld: fullTile(layout).rows }
}

/**
 * The tile in a stored chunk.
 * @returns the tile (over the chunk's own buffer if the codec is ours), or what is wrong with the chunk
 */
export async function decodeTile(
  chunk: Uint8Array,
  codec: ChunkCodec,
  layout: Layout,
  extent: Extent,
): Promise<Tile | { readonly problem: string }> {
  const bytes = isNative(codec) ? nativeProblem(chunk, layout) : await decodeBytes(codec, chunk, dataBytesOf(layout))
  if (bytes !== undefined && 'problem' in bytes) return bytes
  if (bytes !== undefined) return foreignTile(bytes, codec, layout, extent)
  const buffer = ownBuffer(chunk)
  if (layout.dtype === 'int64') integersToDoubles(new Uint8Array(buffer, 0, dataBytesOf(layout)))
  return tileOver(buffer, layout, extent)
}

function nativeProblem(chunk: Uint8Array, layout: Layout): { problem: string } | undefined {
  const wanted = tileBytesOf(layout)
  if (chunk.length !== wanted) return { problem: `it has ${chunk.length} bytes where ${wanted} belong` }
  const problem = checksumProblem(chunk)
  return problem === undefined ? undefined : { problem }
}

/** The buffer that a chunk fills alone; a copy if it is part of a larger one. */
function ownBuffer(chunk: Uint8Array): ArrayBuffer {
  const { buffer, byteLength } = chunk
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? buffer : new Uint8Array(chunk).buffer
}

function foreignTile(bytes: Uint8Array, codec: ChunkCodec, layout: Layout, extent: Extent): Tile {
  const buffer = new ArrayBuffer(tileBytesOf(layout))
  const copied = Buffer.from(buffer, 0, bytes.length)
  copied.set(bytes)
  if (!codec.littleEndian) {
    if (layout.dtype === 'float32') copied.swap32()
    else copied.swap64()
  }
  if (layout.dtype === 'int64') integersToDoubles(copied)
  const tile = tileOver(buffer, layout, extent)
  if (codec.columnMajor) return tile
  const { rows, cols } = fullTile(layout)
  const result = tileOver(new ArrayBuffer(tileBytesOf(layout)), layout, extent)
  copyStrided(
    { data: result.data, offset: 0, rowStride: 1, colStride: rows },
    { data: tile.data, offset: 0, rowStride: cols, colStride: 1 },
    rows,
    cols,
  )
  return result
}

/**
 * The stored bytes of a tile: elements, zeros beyond its extent, checksum.
 * Over the tile's own buffer if that has the layout's size and leading dimension, else a copy; whole numbers are always a copy.
 * @throws InvalidLayoutError when the tile has not the extent or type that belongs there; InputError when an element is not whole
 */
export function encodeTile(tile: Tile, layout: Layout, extent: Extent, where: string): Uint8Array {
  const type = dtypeOf(tile)
  if (type !== tileDtype(layout) || tile.rows !== extent.rows || tile.cols !== extent.cols) {
    throw new InvalidLayoutError(
      `${where} takes ${extent.rows}x${extent.cols} ${layout.dtype} and was given ${tile.rows}x${tile.cols} ${type}`,
    )
  }
  const own = isWholeBuffer(tile, layout) && layout.dtype !== 'int64' ? tile : copyOf(tile, layout)
  clearPadding(own, layout)
  if (layout.dtype === 'int64') writeIntegers(own, where)
  const chunk = new Uint8Array(own.data.buffer as ArrayBuffer)
  sealChunk(chunk)
  return chunk
}

/** Whole numbers as integers, in place. @throws InputError naming the first element that is none */
function writeIntegers({ data, ld }: Tile, where: string): void {
  const at = doublesToIntegers(data as Float64Array)
  if (at === undefined) return
  throw new InputError(
    `${where} holds ${data[at]} at row ${at % ld}, column ${Math.floor(at / ld)} of the tile; it stores int64, so whole numbers of at most 2^53 are wanted`,
  )
}

function isWholeBuffer({ data, ld }: Tile, layout: Layout): boolean {
  return (
    data.byteOffset === 0 &&
    data.buffer instanceof ArrayBuffer &&
    data.buffer.byteLength === tileBytesOf(layout) &&
    data.length === tileElements(layout) &&
    ld === fullTile(layout).rows
  )
}

function copyOf(tile: Tile, layout: Layout): Tile {
  const copy = tileOver(new ArrayBuffer(tileBytesOf(layout)), layout, tile)
  copyStrided(
    { data: copy.data, offset: 0, rowStride: 1, colStride: copy.ld },
    { data: tile.data, offset: 0, rowStride: 1, colStride: tile.ld },
    tile.rows,
    tile.cols,
  )
  return copy
}

/** Zeros beyond the logical extent, so that equal tiles are equal bytes. */
function clearPadding({ data, rows, cols, ld }: Tile, layout: Layout): void {
  if (rows < ld) for (let col = 0; col < cols; col++) data.fill(0, col * ld + rows, (col + 1) * ld)
  if (cols < fullTile(layout).cols) data.fill(0, cols * ld)
}
