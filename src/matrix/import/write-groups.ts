import type { TileData } from '../../kernels/index.ts'
import type { TileArray } from '../contract.ts'
import type { TransferOptions } from './options.ts'
import { TileGroup, type TileRange } from './tile-group.ts'

/** Bytes of tiles that are filled together. A single tile that is larger is still filled alone. */
const groupBytes = 64 * 2 ** 20
/** Up to here two groups exist at once: one is written while the next is filled. */
const overlapBytes = 192 * 2 ** 20

/** Whether groups follow the rows of tiles (for sources that lie row by row) or the columns. */
export type GroupOrder = 'rows' | 'columns'

/** How many neighbouring tiles make a group. */
export function tilesPerGroup(array: Pick<TileArray, 'tileBytes'>): number {
  return Math.max(1, Math.floor(groupBytes / array.tileBytes))
}

/** Cuts the grid into groups of {@link tilesPerGroup} tiles, each within one row (or column) of tiles. */
function* planGroups(array: TileArray, order: GroupOrder): Generator<TileRange, void, undefined> {
  const [mt = 1, nt = 1] = array.grid
  const count = tilesPerGroup(array)
  if (order === 'rows') {
    for (let i = 0; i < mt; i++) {
      for (let j = 0; j < nt; j += count) yield { i0: i, i1: i + 1, j0: j, j1: Math.min(nt, j + count) }
    }
  } else {
    for (let j = 0; j < nt; j++) {
      for (let i = 0; i < mt; i += count) yield { i0: i, i1: Math.min(mt, i + count), j0: j, j1: j + 1 }
    }
  }
}

/** Fills and stores every tile of `array` once, group by group; each group begins as zeros. */
export async function writeGroups(
  array: TileArray,
  order: GroupOrder,
  options: TransferOptions,
  fill: (group: TileGroup, position: number) => Promise<void>,
): Promise<void> {
  const tilesOf = (range: TileRange): number => (range.i1 - range.i0) * (range.j1 - range.j0)
  const pools: TileData[][] = [[]]
  if (2 * tilesPerGroup(array) * array.tileBytes <= overlapBytes) pools.push([])
  const total = array.grid.reduce((product, extent) => product * extent, 1)
  let done = 0
  const writing: Promise<void>[] = []
  try {
    let position = 0
    for (const range of planGroups(array, order)) {
      options.signal?.throwIfAborted()
      if (writing.length === pools.length) await writing.shift()
      const group = new TileGroup(array, range, takeBuffers(array, pools[position % pools.length]!, tilesOf(range)))
      await fill(group, position++)
      const written = group.write(options.signal).then(() => {
        done += tilesOf(range)
        options.onProgress?.({ step: 'write', done, total })
      })
      written.catch(() => undefined) // observed below, in order
      writing.push(written)
    }
    for (const written of writing) await written
  } finally {
    await Promise.allSettled(writing)
  }
}

/** Buffers of whole tile objects (checksum included), so that storing them needs no copy. */
function takeBuffers(array: TileArray, pool: TileData[], count: number): readonly TileData[] {
  const elements = (array.layout.tile[0] ?? 1) * (array.layout.tile[1] ?? 1)
  while (pool.length < count) {
    const buffer = new ArrayBuffer(array.tileBytes)
    pool.push(
      array.layout.dtype === 'float32' ? new Float32Array(buffer, 0, elements) : new Float64Array(buffer, 0, elements),
    )
  }
  return pool.slice(0, count)
}
