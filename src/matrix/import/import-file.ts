import { stat } from 'node:fs/promises'
import { InputError } from '../../errors.ts'
import { openStore, type Store, splitUrl } from '../../storage/index.ts'
import type { BigMatrix } from '../big-matrix.ts'
import type { TileArray } from '../contract.ts'
import { localPath } from '../local-path.ts'
import { detectFormat, hasFormatName } from './detect.ts'
import { LocalFile, openFailure } from './local-file.ts'
import { matrixShape } from './matrix-shape.ts'
import { readMtxHeader } from './mtx/entries.ts'
import { writeMtx } from './mtx/write-mtx.ts'
import { readNpy } from './npy/read-npy.ts'
import { checkImportOptions, type ImportOptions, resolveLayout } from './options.ts'
import { writeRawMatrix } from './raw-matrix.ts'
import type { SourceFile } from './source-file.ts'
import { StoredFile } from './stored-file.ts'
import { checkTarget, writeTarget } from './target.ts'
import { readCsv } from './text/read-csv.ts'
import { Spool } from './text/spool.ts'
import { readZarrMetadata } from './zarr/read-metadata.ts'
import { ZarrSource } from './zarr/source.ts'
import { writeZarr } from './zarr/write-zarr.ts'

/**
 * Cuts a foreign matrix into tiles and stores it at `path` of `store`; memory stays at a few tiles, however large the file.
 *
 * Read are .npy, tables of numbers (.csv, .tsv, .txt), Matrix Market (.mtx) and Zarr arrays of version 2 or 3; the first bytes decide,
 * and for text the name. A vector becomes one column. NaN and infinity are kept.
 * @param file path or URL of a file or of a Zarr array, in any store
 * @param path key prefix of the new matrix
 * @throws FileFormatError when the file is not what it should be; InputError for a bad option or a missing file;
 *   AlreadyExistsError when something is at `path` and `overwrite` is not set. Whatever goes wrong, no new matrix is left behind.
 * @example const A = await importFile('A.npy', openStore('/data/work'), 'A', { tile: 2048 })
 */
export async function importFile(
  file: string,
  store: Store,
  path: string,
  options: ImportOptions = {},
): Promise<BigMatrix> {
  if (file === '') throw new InputError('the name of the file to import is empty')
  checkImportOptions(options)
  await checkTarget(store, path, options)
  const local = localPath(file)
  if (local === undefined) return await importStored(file, store, path, options)
  const found = await stat(local).catch((cause: NodeJS.ErrnoException) => {
    throw openFailure(local, cause)
  })
  if (found.isDirectory()) return await importZarr(local, store, path, options)
  await using source = await LocalFile.open(local)
  return await importSource(source, store, path, options)
}

async function importSource(
  source: SourceFile,
  store: Store,
  path: string,
  options: ImportOptions,
): Promise<BigMatrix> {
  const create = (shape: readonly [number, number], write: (array: TileArray) => Promise<void>): Promise<BigMatrix> =>
    writeTarget(store, path, resolveLayout(shape, options), options, write)
  switch (await detectFormat(source)) {
    case 'npy': {
      const raw = await readNpy(source)
      return await create(raw.shape, (array) => writeRawMatrix(raw, array, options))
    }
    case 'mtx': {
      const head = await readMtxHeader(source)
      return await create([head.sizes.rows, head.sizes.cols], (array) => writeMtx(source, head, array, options))
    }
    case 'table': {
      await using spool = await Spool.create(options.scratch)
      const raw = await readCsv(source, spool, options)
      return await create(raw.shape, (array) => writeRawMatrix(raw, array, options))
    }
  }
}

/** What lies in another store than the file system: an object by that name is a file, and anything else should be a Zarr array. */
async function importStored(url: string, store: Store, path: string, options: ImportOptions): Promise<BigMatrix> {
  const { store: root, path: key } = splitUrl(url)
  const from = openStore(root)
  try {
    const source = key === '' ? undefined : await StoredFile.open(from, key, options.signal)
    if (source !== undefined) return await importSource(source, store, path, options)
    if (hasFormatName(key)) throw new InputError(`cannot read ${url}: there is no such object`)
  } finally {
    await from.close()
  }
  return await importZarr(url, store, path, options)
}

async function importZarr(url: string, store: Store, path: string, options: ImportOptions): Promise<BigMatrix> {
  const opened = openStore(url)
  try {
    const source = new ZarrSource(opened, '', url)
    const layout = await readZarrMetadata(source, options.signal)
    const shape = matrixShape(url, layout.shape)
    return await writeTarget(store, path, resolveLayout(shape, options), options, (array) =>
      writeZarr(source, layout, array, options),
    )
  } finally {
    await opened.close()
  }
}
