import { InputError } from '../../errors.ts'
import type { Dtype } from '../../kernels/index.ts'

/** How far an import, export or generation is. `parse` counts bytes of the source, `write` counts tiles. */
export interface TransferProgress {
  readonly step: 'parse' | 'write'
  readonly done: number
  readonly total: number
}

/** What importing, generating and exporting have in common. */
export interface TransferOptions {
  /** Replace what is there already. @default false: it is an error */
  readonly overwrite?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined
}

export interface ImportOptions extends TransferOptions {
  /** Tile rows and columns. @default 1024 x 1024, and no larger than the matrix */
  readonly tile?: number | readonly [number, number] | undefined
  /** @default 'float64' */
  readonly dtype?: Dtype | undefined
  /** Folder for temporary files of text imports. @default the system's */
  readonly scratch?: string | undefined
}

const defaultTile = 1024

/** The two-dimensional layout that the options ask for. @throws InputError for an impossible tile or dtype */
export function resolveLayout(
  shape: readonly [number, number],
  options: Pick<ImportOptions, 'tile' | 'dtype'>,
): { shape: [number, number]; tile: [number, number]; dtype: Dtype } {
  const dtype = options.dtype ?? 'float64'
  if (dtype !== 'float64' && dtype !== 'float32') {
    throw new InputError(`dtype must be float64 or float32, got ${JSON.stringify(dtype)}`)
  }
  return { shape: [...shape], tile: resolveTile(shape, options.tile), dtype }
}

function resolveTile(shape: readonly [number, number], tile: ImportOptions['tile']): [number, number] {
  if (tile === undefined) return [Math.min(shape[0], defaultTile), Math.min(shape[1], defaultTile)]
  const [rows, cols] = typeof tile === 'number' ? [tile, tile] : tile
  for (const extent of [rows, cols]) {
    if (!Number.isSafeInteger(extent) || extent < 1) {
      throw new InputError(`tile must be one or two whole numbers of at least 1, got ${tile}`)
    }
  }
  return [rows, cols]
}

/** Checks options before anything is opened, so that a bad one costs no work. */
export function checkImportOptions(options: ImportOptions): void {
  resolveLayout([1, 1], options)
}
