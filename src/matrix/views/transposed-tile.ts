import type { Tile } from '../../kernels/index.ts'
import type { Layout } from '../contract.ts'
import { copyStrided } from '../copy.ts'
import { tileBytesOf, tileOver } from '../tile-codec.ts'

/** A transposed copy of a tile, as a tile of `layout`, in `into` if that has the size. */
export function transposedTile(tile: Tile, layout: Layout, into: ArrayBuffer | undefined): Tile {
  const bytes = tileBytesOf(layout)
  const buffer = into?.byteLength === bytes ? into : new ArrayBuffer(bytes)
  const result = tileOver(buffer, layout, { rows: tile.cols, cols: tile.rows })
  copyStrided(
    { data: result.data, offset: 0, rowStride: 1, colStride: result.ld },
    { data: tile.data, offset: 0, rowStride: tile.ld, colStride: 1 },
    result.rows,
    result.cols,
  )
  return result
}
