/** Foreign matrices in: .npy, tables of numbers, Matrix Market, Zarr v2 and v3. */

export { FileFormatError, type TextPosition } from './errors.ts'
export { importFile } from './import-file.ts'
export type { ImportOptions, TransferOptions, TransferProgress } from './options.ts'
