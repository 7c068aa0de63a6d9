import type { BigMatrix, TileArray } from '../matrix/index.ts'
import type { Binding } from '../run/index.ts'
import { dimensions, inputTiled } from './algorithm.ts'

/** A matrix of any shape cut so that row k and column k of tiles meet on the diagonal. */
export interface SquareTiles {
  readonly m: number
  readonly n: number
  /** Rows and columns that a tile on the diagonal stands for; a tile is smaller where the matrix is. */
  readonly side: number
  readonly mt: number
  readonly nt: number
}

/**
 * How to cut a matrix into square tiles: as it is cut, if its tiles are square or there is one row or column of tiles; else into
 * squares of the size of its tiles.
 */
export function squareTiles(matrix: TileArray): SquareTiles {
  const { m, n, mb, nb } = dimensions(matrix)
  const [rows, cols] = [Math.min(mb, m), Math.min(nb, n)]
  const side = sideOf({ m, n, mb, nb, rows, cols })
  return { m, n, side, mt: Math.ceil(m / side), nt: Math.ceil(n / side) }
}

function sideOf({ m, n, mb, nb, rows, cols }: Record<'m' | 'n' | 'mb' | 'nb' | 'rows' | 'cols', number>): number {
  if (mb === nb) return Math.min(mb, Math.max(m, n))
  if (cols === n && rows >= n) return rows
  if (rows === m && cols >= m) return cols
  return Math.ceil(Math.sqrt(rows * cols))
}

/** A block of rows x cols of such a matrix as it is stored: tiles no larger than it. */
export function squareLayout(
  { side }: SquareTiles,
  rows: number,
  cols: number,
): { readonly shape: readonly [number, number]; readonly tile: readonly [number, number] } {
  return { shape: [rows, cols], tile: [Math.min(side, rows), Math.min(side, cols)] }
}

/** The matrix as an operand in square tiles. */
export function inputSquare(matrix: BigMatrix, { m, n, side }: SquareTiles): Binding {
  return inputTiled(matrix, [Math.min(side, m), Math.min(side, n)])
}
