import type { TileData } from '../../kernels/index.ts'
import { forEachLimit } from '../../util/index.ts'
import type { TileArray } from '../contract.ts'
import { copyStrided } from '../copy.ts'
import type { TransferOptions } from '../import/options.ts'
import { bytesPerElement } from '../layout.ts'

/** Some whole rows of a matrix, row-major. */
export interface RowBand {
  readonly rows: number
  readonly cols: number
  /** Valid until the next band. */
  readonly data: TileData
}

/** Bytes of a band. A band shorter than a tile means that tiles are read more than once, so it is not small. */
const bandBytes = 128 * 2 ** 20
const tilesInFlight = 4

/** Streams a matrix (or a vector, as one column) row by row, in bands of at most one row of tiles. */
export async function* rowBands(array: TileArray, options: TransferOptions): AsyncGenerator<RowBand, void, undefined> {
  const { shape, tile, dtype, origin = [] } = array.layout
  const [m = 1, n = 1] = shape
  const [mb = 1, nb = 1] = tile
  const [mt = 1, nt = 1] = array.grid
  const rowBytes = n * bytesPerElement(dtype)
  const height = Math.min(mb, m, Math.max(1, Math.floor(bandBytes / rowBytes)))
  const band = dtype === 'float32' ? new Float32Array(height * n) : new Float64Array(height * n)
  const columns = Array.from({ length: nt }, (_, j) => j)
  for (let i = 0; i < mt; i++) {
    const bottom = Math.min(m, (i + 1) * mb)
    for (let top = i * mb; top < bottom; top += height) {
      const rows = Math.min(height, bottom - top)
      await forEachLimit(columns, tilesInFlight, async (j) => {
        options.signal?.throwIfAborted()
        const index = [i, j].slice(0, shape.length).map((at, d) => at + (origin[d] ?? 0))
        const { data, ld, cols } = await array.readTile(index, { signal: options.signal })
        copyStrided(
          { data: band, offset: j * nb, rowStride: n, colStride: 1 },
          { data, offset: top - i * mb, rowStride: 1, colStride: ld },
          rows,
          cols,
        )
      })
      yield { rows, cols: n, data: band.subarray(0, rows * n) }
    }
    options.onProgress?.({ step: 'write', done: (i + 1) * nt, total: mt * nt })
  }
}
