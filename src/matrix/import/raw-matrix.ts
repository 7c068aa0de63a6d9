import type { TileArray } from '../contract.ts'
import { type ElementType, viewElements } from './elements.ts'
import type { TransferOptions } from './options.ts'
import type { SourceFile } from './source-file.ts'
import type { TileGroup } from './tile-group.ts'
import { writeGroups } from './write-groups.ts'

/** A dense matrix that lies uncompressed in a file. */
export interface RawMatrix {
  readonly file: SourceFile
  /** Byte position of the first element. */
  readonly offset: number
  readonly shape: readonly [number, number]
  readonly element: ElementType
  /** Row-major (C) or column-major (Fortran). */
  readonly order: 'rows' | 'columns'
}

const stripBytes = 4 * 2 ** 20

/** Reads the file strip by strip along its own order and stores each tile once. */
export async function writeRawMatrix(raw: RawMatrix, array: TileArray, options: TransferOptions): Promise<void> {
  const scratch = new Uint8Array(stripBytes)
  await writeGroups(array, raw.order, options, (group) => fillGroup(raw, group, scratch, options.signal))
}

/**
 * In the file's own terms: `lines` are its rows (or columns), a line is `width` elements long, and the group covers
 * elements [first, last) of lines [start, end).
 */
async function fillGroup(raw: RawMatrix, group: TileGroup, scratch: Uint8Array, signal?: AbortSignal): Promise<void> {
  const byRows = raw.order === 'rows'
  const width = byRows ? raw.shape[1] : raw.shape[0]
  const [start, end] = byRows ? [group.r0, group.r1] : [group.c0, group.c1]
  const [first, last] = byRows ? [group.c0, group.c1] : [group.r0, group.r1]
  const size = raw.element.bytes
  const span = Math.min(last - first, Math.floor(scratch.byteLength / size))
  const lines = Math.max(1, Math.floor(scratch.byteLength / (span * size)))
  for (let line = start; line < end; line += lines) {
    const count = Math.min(lines, end - line)
    for (let from = first; from < last; from += span) {
      signal?.throwIfAborted()
      const length = Math.min(span, last - from)
      const bytes = scratch.subarray(0, count * length * size)
      const position = raw.offset + (line * width + from) * size
      if (length === width || count === 1) await raw.file.read(bytes, position)
      else await raw.file.readPieces(bytes, position, length * size, width * size)
      const numbers = viewElements(bytes, raw.element)
      if (byRows) {
        group.copy(numbers, { offset: 0, rowStride: length, colStride: 1, r: line, c: from, rows: count, cols: length })
      } else {
        group.copy(numbers, { offset: 0, rowStride: 1, colStride: length, r: from, c: line, rows: length, cols: count })
      }
    }
  }
}
