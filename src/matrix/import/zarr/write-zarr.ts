import { forEachLimit } from '../../../util/index.ts'
import type { TileArray } from '../../contract.ts'
import type { TransferOptions } from '../options.ts'
import type { TileGroup } from '../tile-group.ts'
import { writeGroups } from '../write-groups.ts'
import { ChunkReader } from './chunk-reader.ts'
import type { ZarrLayout } from './layout.ts'
import type { ZarrSource } from './source.ts'

const chunksInFlight = 4

/** Stores a foreign array of at most two dimensions as tiles. Groups of tiles follow the longer side of its chunks, so that few are read twice. */
export async function writeZarr(
  source: ZarrSource,
  layout: ZarrLayout,
  array: TileArray,
  options: TransferOptions,
): Promise<void> {
  const reader = new ChunkReader(source, layout, options.signal)
  const [chunkRows = 1, chunkCols = 1] = layout.chunk
  const fill = Float64Array.of(layout.fill)

  const copyChunk = async (group: TileGroup, i: number, j: number): Promise<void> => {
    options.signal?.throwIfAborted()
    const chunk = await reader.read([i, j].slice(0, layout.shape.length))
    if (!chunk && layout.fill === 0) return
    const r = Math.max(group.r0, i * chunkRows)
    const c = Math.max(group.c0, j * chunkCols)
    const [rowStride = 0, colStride = 0] = chunk?.strides ?? []
    group.copy(chunk?.numbers ?? fill, {
      offset: (r - i * chunkRows) * rowStride + (c - j * chunkCols) * colStride,
      rowStride,
      colStride,
      r,
      c,
      rows: Math.min(group.r1, (i + 1) * chunkRows) - r,
      cols: Math.min(group.c1, (j + 1) * chunkCols) - c,
    })
  }

  await writeGroups(array, chunkRows > chunkCols ? 'columns' : 'rows', options, (group) =>
    forEachLimit(chunksOf(group, chunkRows, chunkCols), chunksInFlight, ([i, j]) => copyChunk(group, i, j)),
  )
}

/** Indices of the chunks that meet the group. */
function* chunksOf(
  group: TileGroup,
  rows: number,
  cols: number,
): Generator<readonly [number, number], void, undefined> {
  for (let i = Math.floor(group.r0 / rows); i * rows < group.r1; i++) {
    for (let j = Math.floor(group.c0 / cols); j * cols < group.c1; j++) yield [i, j]
  }
}
