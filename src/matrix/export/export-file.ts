import { extname } from 'node:path'
import { InputError } from '../../errors.ts'
import type { TileArray } from '../contract.ts'
import type { TransferOptions } from '../import/options.ts'
import { doublesToIntegers } from '../integers.ts'
import { bytesPerElement } from '../layout.ts'
import { type RowBand, rowBands } from './bands.ts'
import { csvLines } from './csv.ts'
import { npyHeader } from './npy.ts'
import { openOutput } from './output.ts'

/**
 * Writes a matrix, a view of one or a vector to a .npy (version 1.0, row-major, in the matrix's own precision) or .csv file, row band by
 * row band. The file appears under its name when it is complete. Tiles that are not stored are written as the fill value.
 * @param file path, or URL in a store that takes it in one piece
 * @throws InputError for another kind of file, more than two dimensions, or a file that exists when `overwrite` is not set
 * @example await exportFile(L, 'L.npy')
 */
export async function exportFile(array: TileArray, file: string, options: TransferOptions = {}): Promise<void> {
  const format = formatOf(file)
  checkRank(array)
  const { overwrite = false, signal } = options
  const header = format === '.npy' ? npyHeader(array.layout) : undefined
  const { shape, dtype } = array.layout
  const bytes =
    header && header.byteLength + shape.reduce((product, extent) => product * extent, bytesPerElement(dtype))
  await using output = await openOutput(file, { overwrite, bytes, signal })
  if (header) await output.write(header)
  for await (const band of rowBands(array, options)) {
    if (format === '.npy') {
      if (array.layout.dtype === 'int64') toIntegers(band, array.url)
      const { buffer, byteOffset, byteLength } = band.data
      await output.write(new Uint8Array(buffer, byteOffset, byteLength))
    } else {
      for (const lines of csvLines(band)) await output.write(Buffer.from(lines))
    }
  }
  await output.finish()
}

/** The matrix as text, as {@link exportFile} writes it to a .csv file, in pieces of whole lines: for standard output. */
export async function* exportCsv(
  array: TileArray,
  options: TransferOptions = {},
): AsyncGenerator<string, void, undefined> {
  checkRank(array)
  for await (const band of rowBands(array, options)) yield* csvLines(band)
}

/** The elements as 64-bit integers, in place. @throws InputError for values that were rounded when they were read */
function toIntegers({ data }: RowBand, url: string): void {
  const at = doublesToIntegers(data as Float64Array)
  if (at === undefined) return
  throw new InputError(`${url} holds ${data[at]}, which is beyond 2^53 and not exact here; export it with zarr itself`)
}

function formatOf(file: string): '.npy' | '.csv' {
  const extension = extname(file).toLowerCase()
  if (extension === '.npy' || extension === '.csv') return extension
  throw new InputError(`cannot export to ${file}: the name must end in .npy or .csv`)
}

function checkRank({ layout, url }: TileArray): void {
  if (layout.shape.length <= 2) return
  throw new InputError(
    `${url} has ${layout.shape.length} dimensions (${layout.shape.join('x')}); only a matrix or a vector can be exported`,
  )
}
