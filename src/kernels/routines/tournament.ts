import { InternalError } from '../../errors.ts'
import { callNative } from '../native.ts'
import type { Tile } from '../tile.ts'

/**
 * Candidate rows of a tournament: as they stand in the matrix, and where they stand. Rows beyond the last candidate are zeros,
 * with tile -1.
 */
export interface Candidates {
  /** Row s: the tile, counted from the pivot tile, and the row within it; float64, as many rows as `values`, 2 columns. */
  readonly where: Tile
  readonly values: Tile
}

const flat = (groups: readonly Candidates[]): Tile[] => groups.flatMap(({ where, values }) => [where, values])

/**
 * The first round of a tournament: the pivot rows that partial pivoting chooses (LAPACK xGETRF) among tiles below each other.
 *
 * @param out the candidates, in pivot order
 * @param first number of the first tile, counted from the pivot tile
 */
export async function selectRows(out: Candidates, tiles: readonly Tile[], first: number): Promise<void> {
  await callNative((addon) => addon.selectRows(out.where, out.values, first, ...tiles))
}

/** A further round: the pivot rows among those of several groups. */
export async function mergeRows(out: Candidates, groups: readonly Candidates[]): Promise<void> {
  await callNative((addon) => addon.mergeRows(out.where, out.values, ...flat(groups)))
}

/** What the last round gives, for p pivot rows of n columns. */
export interface PivotFactors {
  /** p x 4, float64: tile and row of pivot row s; tile and row where the row goes that stood in place s, or -1 for a pivot row. */
  readonly plan: Tile
  /** p x p, unit lower triangular. */
  readonly lower: Tile
  /** p x n, upper triangular or trapezoidal. */
  readonly upper: Tile
}

/** The last round: the pivot rows, their factors L U, and the exchange that brings them into the pivot tile. */
export async function factorRows(out: PivotFactors, groups: readonly Candidates[]): Promise<void> {
  const status = await callNative((addon) => addon.factorRows(out.plan, out.lower, out.upper, ...flat(groups)))
  if (status < 0) throw new InternalError(`factor_rows has fewer candidates than the ${out.upper.rows} pivot rows`)
}
