/** Tournament pivoting: the pivot rows of a panel, chosen in rounds (Grigori, Demmel, Xiang, SIAM J. Matrix Anal. Appl. 32(4), 2011). */

import { KernelArgumentError } from '../errors.ts'
import { getrfFlops } from '../flops.ts'
import type { Extent, Kernel } from '../registry-types.ts'
import { type Candidates, factorRows, mergeRows, selectRows } from '../routines/tournament.ts'
import { readScalars } from '../scalars.ts'
import type { Tile } from '../tile.ts'
import { expectExtent } from './operands.ts'
import { present, presentPairs } from './variadic.ts'

const spec = { tile: 0 }
const pair = ['where', 'C'] as const
const everything = Number.POSITIVE_INFINITY

const whereExtent = (rows: number): Extent => ({ rows, cols: 2, dtype: 'float64' })

/** Extents of candidates that come from values of these extents: those of the first, wherever the pivot rows come from. */
function candidateExtents(kernel: string, values: readonly Extent[]): readonly [Extent, Extent] {
  const [first] = values as readonly [Extent]
  for (const other of values) expectExtent(kernel, 'A', other, other.rows, first.cols)
  if (values.length > 1 && first.rows < first.cols) {
    const message = `${kernel}: the first tile is ${first.rows}x${first.cols} and has fewer rows than columns, so it cannot hold the pivot rows; tiles must be square`
    throw new KernelArgumentError(kernel, 'A', message)
  }
  return [whereExtent(first.rows), { rows: first.rows, cols: first.cols, dtype: first.dtype }]
}

function groupExtents(kernel: string, operands: readonly (Extent | undefined)[]): readonly Extent[] {
  return presentPairs(kernel, operands, 0, pair).map(([where, values]) => {
    expectExtent(kernel, 'where', where, values.rows, 2)
    return values
  })
}

function groupsOf(kernel: string, operands: readonly (Tile | undefined)[]): readonly Candidates[] {
  return presentPairs(kernel, operands, 0, pair).map(([where, values]) => ({ where, values }))
}

const stackFlops = (values: readonly Extent[]): number =>
  getrfFlops(
    values.reduce((sum, { rows }) => sum + rows, 0),
    values[0]?.cols ?? 0,
  )

/**
 * `where, C = select_rows(A0, A1, ..., tile)`: the pivot rows that partial pivoting chooses among tiles below each other, and where
 * they stand: the tile, A0 having the number `tile`, and the row within it. The last tiles may be absent.
 */
export const selectRowsKernel: Kernel = {
  name: 'select_rows',
  aliases: [],
  minInputs: 1,
  maxInputs: everything,
  outputs: 2,
  absent: [false, true],
  scalars: Object.keys(spec),
  reuses: [],
  shape(operands, scalars) {
    readScalars('select_rows', spec, scalars)
    return candidateExtents('select_rows', present('select_rows', operands, 0, 'A'))
  },
  flops: (operands) => stackFlops(present('select_rows', operands, 0, 'A')),
  async run(operands, context) {
    const tiles = present('select_rows', operands, 0, 'A')
    const [where, values] = candidateExtents('select_rows', tiles)
    const like = tiles[0] as Tile
    const out = { where: context.allocate(where, like), values: context.allocate(withoutDtype(values), like) }
    await selectRows(out, tiles, readScalars('select_rows', spec, context.scalars).tile)
    return [out.where, out.values]
  },
}

/** `where, C = merge_rows(where0, C0, where1, C1, ...)`: the pivot rows among the candidates of several groups, of which the last may be absent. */
export const mergeRowsKernel: Kernel = {
  name: 'merge_rows',
  aliases: [],
  minInputs: 2,
  maxInputs: everything,
  outputs: 2,
  absent: [false, false, true],
  scalars: [],
  mixesDtypes: true,
  reuses: [],
  shape(operands, scalars) {
    readScalars('merge_rows', {}, scalars)
    return candidateExtents('merge_rows', groupExtents('merge_rows', operands))
  },
  flops: (operands) => stackFlops(groupExtents('merge_rows', operands)),
  async run(operands, context) {
    const groups = groupsOf('merge_rows', operands)
    const like = (groups[0] as Candidates).values
    const out = {
      where: context.allocate(whereExtent(like.rows), like),
      values: context.allocate({ rows: like.rows, cols: like.cols }, like),
    }
    await mergeRows(out, groups)
    return [out.where, out.values]
  },
}

/** Extents of the plan, of L and of U. */
function factorExtents(operands: readonly (Extent | undefined)[]): readonly [Extent, Extent, Extent] {
  const [, { rows, cols, dtype }] = candidateExtents('factor_rows', groupExtents('factor_rows', operands))
  const pivots = Math.min(rows, cols)
  return [
    { rows: pivots, cols: 4, dtype: 'float64' },
    { rows: pivots, cols: pivots, dtype },
    { rows: pivots, cols, dtype },
  ]
}

/**
 * `plan, L, U = factor_rows(where0, C0, where1, C1, ...)`: the last round: the p pivot rows of the panel are L U, L unit lower
 * triangular. Row s of the plan: tile and row of pivot row s; tile and row where the row goes that stands in its place, or -1.
 */
export const factorRowsKernel: Kernel = {
  name: 'factor_rows',
  aliases: [],
  minInputs: 2,
  maxInputs: everything,
  outputs: 3,
  absent: [false, false, true],
  scalars: [],
  mixesDtypes: true,
  reuses: [],
  shape(operands, scalars) {
    readScalars('factor_rows', {}, scalars)
    return factorExtents(operands)
  },
  flops: (operands) => stackFlops(groupExtents('factor_rows', operands)),
  async run(operands, context) {
    const groups = groupsOf('factor_rows', operands)
    const like = (groups[0] as Candidates).values
    const [plan, lower, upper] = factorExtents(operands)
    const out = {
      plan: context.allocate(plan, like),
      lower: context.allocate(withoutDtype(lower), like),
      upper: context.allocate(withoutDtype(upper), like),
    }
    await factorRows(out, groups)
    return [out.plan, out.lower, out.upper]
  },
}

/** Tiles say no dtype of their own, so that the one of `like` holds. */
const withoutDtype = ({ rows, cols }: Extent): Extent => ({ rows, cols })
