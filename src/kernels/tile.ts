/** The one shape in which matrices meet the kernels. */

export type Dtype = 'float64' | 'float32'
export type TileData = Float64Array | Float32Array

/**
 * A column-major tile: element (r, c) lies at `data[r + c * ld]`, `0 <= r < rows`, `0 <= c < cols`, `ld >= max(1, rows)`.
 * Edge tiles keep the leading dimension (and the buffer) of a full tile.
 */
export interface Tile {
  readonly data: TileData
  readonly rows: number
  readonly cols: number
  /** Leading dimension in elements. */
  readonly ld: number
}

/** The type of a tile's elements. */
export function dtypeOf({ data }: Tile): Dtype {
  return data instanceof Float64Array ? 'float64' : 'float32'
}

/** A tile of zeros in memory of its own. */
export function zeroTile({ rows, cols }: { readonly rows: number; readonly cols: number }, dtype: Dtype): Tile {
  const ld = Math.max(1, rows)
  const data = dtype === 'float32' ? new Float32Array(ld * cols) : new Float64Array(ld * cols)
  return { data, rows, cols, ld }
}

/** An operand that is not wanted, of the same dtype. */
export function noTile({ data }: Tile): Tile {
  return { data: data.subarray(0, 0), rows: 0, cols: 0, ld: 1 }
}
