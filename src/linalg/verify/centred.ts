import { dtypeOf, FrobeniusSum, type Tile, zeroTile } from '../../kernels/index.ts'
import { type TileArray, TileView } from '../../matrix/index.ts'
import { dimensions } from '../algorithm.ts'

/** A less the means of its columns, in a unit in which no square overflows or vanishes. */
export interface Centred {
  /** (A - e mu^T) / unit */
  readonly array: TileArray
  /** The largest distance of an element from the first one of its column; 1 would do for a matrix of zeros. */
  readonly unit: number
  /** ||e mu^T||_F / unit */
  readonly shift: number
}

/** Takes the means off A (m x n). Sums are of distances from the first row, so that columns that are constant become zeros. */
export async function centred(A: TileArray, signal?: AbortSignal): Promise<Centred> {
  const { m, n, nb, mt, nt } = dimensions(A)
  const [first, sums] = [new Float64Array(n), new Float64Array(n)]
  let spread = 0
  for (let j = 0; j < nt; j++) {
    for (let i = 0; i < mt; i++) {
      const { data, rows, cols, ld } = await A.readTile([i, j], { signal })
      for (let c = 0; c < cols; c++) {
        const column = j * nb + c
        if (i === 0) first[column] = data[c * ld]!
        for (let r = 0; r < rows; r++) {
          const distance = data[c * ld + r]! - first[column]!
          sums[column]! += distance
          spread = Math.max(spread, Math.abs(distance))
        }
      }
    }
  }
  const largest = first.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const unit = spread === 0 ? largest || 1 : spread
  const means = new FrobeniusSum()
  const perUnit = first.map((value, column) => value / unit + sums[column]! / m / unit)
  await means.add({ data: perUnit, rows: n, cols: 1, ld: Math.max(1, n) })
  const offsets = sums.map((sum) => sum / m)
  return { array: new CentredView(A, { first, offsets, unit }), unit, shift: means.value * Math.sqrt(m) }
}

interface Shift {
  readonly first: Float64Array
  /** Means less `first`. */
  readonly offsets: Float64Array
  readonly unit: number
}

/** ((a_ij - first_j) - offset_j) / unit */
class CentredView extends TileView {
  readonly #shift: Shift

  constructor(A: TileArray, shift: Shift) {
    super(A, A.layout)
    this.#shift = shift
  }

  baseIndex(index: readonly number[]): readonly number[] {
    return index
  }

  viewIndices(baseIndex: readonly number[]): readonly (readonly number[])[] {
    return [baseIndex]
  }

  protected convert([, j = 0]: readonly number[], tile: Tile): Tile {
    const { first, offsets, unit } = this.#shift
    const result = zeroTile(tile, dtypeOf(tile))
    for (let c = 0; c < tile.cols; c++) {
      const column = j * this.layout.tile[1]! + c
      for (let r = 0; r < tile.rows; r++) {
        result.data[c * result.ld + r] = (tile.data[c * tile.ld + r]! - first[column]! - offsets[column]!) / unit
      }
    }
    return result
  }
}
