// Writes a matrix whose elements a function gives, tile by tile: it never lies in memory as a whole.

import { BigMatrix, type Numpywren, openStore } from 'numpywren'

export interface NewMatrix {
  readonly shape: readonly [rows: number, cols: number]
  readonly tile: readonly [rows: number, cols: number]
  /** Of a symmetric matrix the tiles on and below the diagonal are written. */
  readonly structure?: 'general' | 'symmetric'
  readonly element: (i: number, j: number) => number
}

// #region write
export async function writeMatrix(npw: Numpywren, name: string, of: NewMatrix): Promise<BigMatrix> {
  const { shape, tile, structure = 'general', element } = of
  const [m, n] = shape
  const layout = { shape, tile, dtype: 'float64' as const }
  const matrix = await BigMatrix.create(openStore(npw.storeUrl), name, layout, { attributes: { structure } })
  for (let top = 0; top < m; top += tile[0]) {
    for (let left = 0; left < (structure === 'symmetric' ? top + 1 : n); left += tile[1]) {
      const [rows, cols] = [Math.min(tile[0], m - top), Math.min(tile[1], n - left)]
      const block = Float64Array.from({ length: rows * cols }, (_, at) =>
        element(top + Math.floor(at / cols), left + (at % cols)),
      )
      await matrix.write([top, top + rows], [left, left + cols], block)
    }
  }
  return matrix
}
// #endregion
