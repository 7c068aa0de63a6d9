import { InternalError } from '../../errors.ts'
import { callNative } from '../native.ts'
import type { Tile } from '../tile.ts'

function expectFit(routine: string, status: number): void {
  if (status < 0) throw new InternalError(`${routine}: the plan of exchange names rows that the tiles do not have`)
}

/**
 * The pivot tile after an exchange of rows. With `first` = 0 the first tile is the pivot tile before it, and X need hold nothing;
 * otherwise X is what was collected from the tiles before.
 *
 * @param plan as `factorRows` gives it
 * @param x in and out
 * @param tiles the tiles first, first + 1, ... of the column, before the exchange
 */
export async function pivotRows(plan: Tile, x: Tile, tiles: readonly Tile[], first: number): Promise<void> {
  expectFit('pivot_rows', await callNative((addon) => addon.pivotRows(plan, x, first, ...tiles)))
}

/**
 * A tile of the column after an exchange of rows, in place: rows of the pivot tile come where its pivot rows have gone.
 *
 * @param top the pivot tile before the exchange
 * @param tile number of the tile, counted from the pivot tile
 */
export async function receiveRows(plan: Tile, a: Tile, top: Tile, tile: number): Promise<void> {
  expectFit('receive_rows', await callNative((addon) => addon.receiveRows(plan, a, top, tile)))
}

/** A tile whose rows (or columns) have numbers: a float64 column of as many. */
export interface Numbered {
  readonly numbers: Tile
  readonly values: Tile
}

/**
 * Row s of X becomes the row with the number wanted(s); rows that no source has stay. With `columns` the same of columns.
 *
 * @param wanted n x 1, float64
 * @param x n rows (columns), in and out
 */
export async function takeRows(
  wanted: Tile,
  x: Tile,
  sources: readonly Numbered[],
  options: { readonly columns?: boolean } = {},
): Promise<void> {
  const tiles = sources.flatMap(({ numbers, values }) => [numbers, values])
  await callNative((addon) => addon.takeRows(wanted, x, options.columns ?? false, ...tiles))
}
