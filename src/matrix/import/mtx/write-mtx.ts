import type { TileArray } from '../../contract.ts'
import type { ImportOptions } from '../options.ts'
import { writeRawMatrix } from '../raw-matrix.ts'
import type { SourceFile } from '../source-file.ts'
import { Spool } from '../text/spool.ts'
import { tilesPerGroup, writeGroups } from '../write-groups.ts'
import { readMtxEntries } from './entries.ts'
import { EntryBuckets } from './entry-buckets.ts'
import type { MtxHeader, MtxSizes } from './header.ts'

/** Stores a Matrix Market file as a dense matrix; elements that are listed twice are summed, those not listed are zero. */
export async function writeMtx(
  file: SourceFile,
  { header, sizes }: { readonly header: MtxHeader; readonly sizes: MtxSizes },
  array: TileArray,
  options: ImportOptions,
): Promise<void> {
  if (header.format === 'array' && header.symmetry === 'general') await writeColumns(file, sizes, array, options)
  else await writeScattered(file, header, array, options)
}

/** A general array is a raw matrix once its numbers are parsed. */
async function writeColumns(
  file: SourceFile,
  sizes: MtxSizes,
  array: TileArray,
  options: ImportOptions,
): Promise<void> {
  await using spool = await Spool.create(options.scratch)
  const sink = {
    entry: (_row: number, _col: number, value: number): void => spool.pushOne(value),
    pause: (): Promise<void> => spool.flush(),
  }
  await readMtxEntries(file, sink, options)
  await writeRawMatrix(await spool.asMatrix([sizes.rows, sizes.cols], 'columns'), array, options)
}

/** Elements in any order, each with its mirror image: sorted by the group of tiles in which they fall, then added up group by group. */
async function writeScattered(
  file: SourceFile,
  header: MtxHeader,
  array: TileArray,
  options: ImportOptions,
): Promise<void> {
  await using buckets = new EntryBuckets(options.scratch)
  const [mb = 1, nb = 1] = array.layout.tile
  const groupCols = tilesPerGroup(array) * nb
  const groupsAcross = Math.ceil((array.layout.shape[1] ?? 1) / groupCols)
  const scatter = (row: number, col: number, value: number): void => {
    buckets.add(Math.floor(row / mb) * groupsAcross + Math.floor(col / groupCols), row, col, value)
  }
  const mirror = header.symmetry === 'skew-symmetric' ? -1 : 1
  const sink = {
    entry: (row: number, col: number, value: number): void => {
      scatter(row, col, value)
      if (header.symmetry !== 'general' && row !== col) scatter(col, row, mirror * value)
    },
    pause: async (): Promise<void> => {
      if (buckets.isFull) await buckets.flush()
    },
  }
  await readMtxEntries(file, sink, options)
  await writeGroups(array, 'rows', options, async (group, position) => {
    for await (const piece of buckets.read(position)) {
      for (let at = 0; at < piece.length; at += 3) group.add(piece[at]!, piece[at + 1]!, piece[at + 2]!)
    }
  })
}
