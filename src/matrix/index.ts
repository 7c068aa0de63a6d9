/** Matrices in a store: Zarr v3 arrays of column-major tiles, views of them, rectangles. */

export { BigMatrix, type CreateOptions, type Description } from './big-matrix.ts'
export type { Layout, StoredDtype, TileArray, TileOptions } from './contract.ts'
export {
  AlreadyExistsError,
  CorruptTileError,
  InvalidLayoutError,
  InvalidMetadataError,
  MatrixNotFoundError,
  OutOfBoundsError,
  ReadOnlyError,
  UnsupportedArrayError,
} from './errors.ts'
export { exportCsv, exportFile, outputExists } from './export/index.ts'
export { type GenerateOptions, generate, type KindName, matrixKinds } from './generate/index.ts'
export {
  FileFormatError,
  type ImportOptions,
  importFile,
  type TransferOptions,
  type TransferProgress,
} from './import/index.ts'
export { bytesPerElement, fullTile, gridOf, tileDtype } from './layout.ts'
export { removeArray } from './lifecycle.ts'
export { type ListedArray, listArrays } from './list-arrays.ts'
export type { Range, Rectangle } from './rectangle.ts'
export { tileOver } from './tile-codec.ts'
export { ArrayView } from './views/array-view.ts'
export { block } from './views/block.ts'
export { column } from './views/column.ts'
export { retiled } from './views/retiled.ts'
export { symmetric } from './views/symmetric.ts'
export { TileView } from './views/tile-view.ts'
export { transposed } from './views/transposed.ts'
export { triangular } from './views/triangular.ts'
export type { MatrixAttributes } from './zarr/metadata.ts'
