import { extname } from 'node:path'
import { FileFormatError } from './errors.ts'
import { mtxBanner } from './mtx/header.ts'
import { isNpy } from './npy/header.ts'
import { readHead, type SourceFile } from './source-file.ts'

export type FileFormat = 'npy' | 'mtx' | 'table'

const byExtension: Readonly<Record<string, FileFormat>> = {
  '.npy': 'npy',
  '.mtx': 'mtx',
  '.mm': 'mtx',
  '.csv': 'table',
  '.tsv': 'table',
  '.txt': 'table',
  '.dat': 'table',
}

/** True for the name of a file that can be read, as it seems. */
export function hasFormatName(name: string): boolean {
  return extname(name).toLowerCase() in byExtension
}

/** First bytes (Latin-1) of formats that are not read, and what to do with them. */
const refused: readonly (readonly [string, string])[] = [
  [
    'PK\x03\x04',
    'a zip archive (.npz, or a zipped Zarr store); unpack it and import the one .npy file or Zarr folder in it',
  ],
  ['PK\x05\x06', 'an empty zip archive'],
  [
    '\x89HDF\r\n\x1a\n',
    'HDF5 (.h5, or .mat of version 7.3); save the data set with numpy.save(file, h5py.File(name)[key][:])',
  ],
  ['MATLAB 5.0', 'a MATLAB file; save the variable with numpy.save(file, scipy.io.loadmat(name)[key])'],
  ['\x1f\x8b', 'compressed with gzip; decompress it first (gunzip)'],
  ['BZh', 'compressed with bzip2; decompress it first (bunzip2)'],
  ['\xfd7zXZ\x00', 'compressed with xz; decompress it first (unxz)'],
  ['\x28\xb5\x2f\xfd', 'compressed with zstd; decompress it first (unzstd)'],
  ['\x80\x04\x95', 'a Python pickle; save it with numpy.save(file, a.astype("float64"))'],
  ['\x80\x05\x95', 'a Python pickle; save it with numpy.save(file, a.astype("float64"))'],
  ['PAR1', 'a Parquet file; save it with numpy.save(file, pandas.read_parquet(name).to_numpy("float64"))'],
  ['%PDF', 'a PDF document'],
]

/** Tells what a file is from its first bytes and, where those leave it open, its name. @throws FileFormatError for what cannot be read */
export async function detectFormat(file: SourceFile): Promise<FileFormat> {
  const head = await readHead(file, 256)
  const text = Buffer.from(head).toString('latin1')
  if (isNpy(head)) return 'npy'
  if (text.toLowerCase().startsWith(mtxBanner)) return 'mtx'
  const reason = refused.find(([start]) => text.startsWith(start))
  if (reason) throw new FileFormatError(file.name, `the file is ${reason[1]}`)
  const named = byExtension[extname(file.name).toLowerCase()]
  if (named) return named
  // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what makes a text
  if (!/[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text)) return 'table'
  throw new FileFormatError(
    file.name,
    'the file is neither .npy, .csv, .mtx nor a Zarr folder; convert it to one of them',
  )
}
