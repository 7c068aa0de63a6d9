/**
 * Steps of the 1-norm estimator of an inverse, for several columns at once: Higham and Tisseur, SIAM J. Matrix Anal. Appl. 21(4),
 * 2000, algorithm 2.4 with one step from the columns that LAPACK's xLACN2 starts and ends with.
 * The tiles are a few columns wide.
 */

import type { Extent, Kernel } from '../registry-types.ts'
import { readScalars } from '../scalars.ts'
import type { Tile } from '../tile.ts'
import { changedKernel } from './changed.ts'
import { expectExtent, operand } from './operands.ts'
import { count } from './parts.ts'

/** Columns that the estimator starts with. */
export const estimateColumns = 4

const startSpec = { first: 0, total: undefined }
const firstSpec = { first: 0 }

/** Fills a tile with `value(row, column)`. */
function fillWith(tile: Tile, value: (row: number, column: number) => number): Tile {
  for (let c = 0; c < tile.cols; c++) for (let r = 0; r < tile.rows; r++) tile.data[r + c * tile.ld] = value(r, c)
  return tile
}

/** 1 or -1, as good as at random, the same on every machine: a bit of a product (Knuth's multiplicative hash). */
function coin(row: number, column: number): number {
  const mixed = Math.imul(row + 1, 2654435761) ^ Math.imul(column + 7, 40503)
  return (Math.imul(mixed ^ (mixed >>> 15), 2246822519) >>> 16) & 1 ? -1 : 1
}

/**
 * Element of a starting vector of length `total`: 1 / n; (-1)^i (1 + i / (n - 1)) scaled to 1-norm 1, as xLACN2 ends with, which
 * large inverses with cancellation cannot hide from; two of random signs.
 */
function startElement(row: number, column: number, total: number): number {
  if (column === 0) return 1 / total
  if (column > 1) return coin(row, column) / total
  const sign = row % 2 === 0 ? 1 : -1
  return total === 1 ? 1 : (sign * (1 + row / (total - 1)) * 2) / (3 * total)
}

/** `E = estimate_start(A, first, total)`: rows first, first + 1, ... of four starting vectors of length `total`, as many rows as A has. */
export const estimateStartKernel: Kernel = {
  name: 'estimate_start',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(startSpec),
  reuses: [],
  shape(operands, scalars) {
    const { first, total } = readScalars('estimate_start', startSpec, scalars)
    count('estimate_start', 'first', first)
    count('estimate_start', 'total', total)
    return [{ rows: operand('estimate_start', operands, 0, 'A').rows, cols: estimateColumns }]
  },
  flops: () => 0,
  async run(operands, context) {
    const a = operand('estimate_start', operands, 0, 'A')
    const { first, total } = readScalars('estimate_start', startSpec, context.scalars)
    const start = context.allocate({ rows: a.rows, cols: estimateColumns }, a)
    return [fillWith(start, (r, c) => startElement(first + r, c, total))]
  },
}

/** `S = sign(Y)`: 1 where Y is at least zero or is NaN, else -1. */
export const signKernel: Kernel = changedKernel({
  name: 'sign',
  operands: ['Y'],
  scalars: {},
  flops: () => 0,
  change(signs) {
    fillWith(signs, (r, c) => (signs.data[r + c * signs.ld]! < 0 ? -1 : 1))
  },
})

/**
 * `P = largest_rows(Z, P0, first)`: of each column the largest magnitude (row 0 of P) and in which row of the matrix it stands
 * (row 1), among those of P0 and of Z, whose rows are first, first + 1, ... P is 2 x n, float64; P0 may be absent.
 */
export const largestRowsKernel: Kernel = {
  name: 'largest_rows',
  aliases: [],
  minInputs: 2,
  maxInputs: 2,
  outputs: 1,
  absent: [false, true],
  scalars: Object.keys(firstSpec),
  reuses: [],
  mixesDtypes: true,
  shape(operands, scalars) {
    count('largest_rows', 'first', readScalars('largest_rows', firstSpec, scalars).first)
    const { cols } = operand('largest_rows', operands, 0, 'Z')
    if (operands[1]) expectExtent('largest_rows', 'P0', operands[1], 2, cols)
    return [{ rows: 2, cols, dtype: 'float64' }]
  },
  flops: () => 0,
  async run(operands, context) {
    const z = operand('largest_rows', operands, 0, 'Z')
    const before = operands[1]
    const { first } = readScalars('largest_rows', firstSpec, context.scalars)
    const found = context.allocate({ rows: 2, cols: z.cols, dtype: 'float64' }, z)
    for (let c = 0; c < z.cols; c++) {
      let [largest, row] = before ? [before.data[c * before.ld]!, before.data[1 + c * before.ld]!] : [-1, 0]
      for (let r = 0; r < z.rows; r++) {
        const magnitude = Math.abs(z.data[r + c * z.ld]!)
        if (magnitude > largest) [largest, row] = [magnitude, first + r]
      }
      found.data[c * found.ld] = largest
      found.data[1 + c * found.ld] = row
    }
    return [found]
  },
}

/** `E = unit_columns(Z, P, first)`: rows first, first + 1, ... of unit vectors whose ones stand in the rows that P names; as Z. */
export const unitColumnsKernel: Kernel = {
  name: 'unit_columns',
  aliases: [],
  minInputs: 2,
  maxInputs: 2,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(firstSpec),
  reuses: [],
  mixesDtypes: true,
  shape(operands, scalars) {
    count('unit_columns', 'first', readScalars('unit_columns', firstSpec, scalars).first)
    const { rows, cols, dtype }: Extent = operand('unit_columns', operands, 0, 'Z')
    expectExtent('unit_columns', 'P', operand('unit_columns', operands, 1, 'P'), 2, cols)
    return [{ rows, cols, dtype }]
  },
  flops: () => 0,
  async run(operands, context) {
    const z = operand('unit_columns', operands, 0, 'Z')
    const rows = operand('unit_columns', operands, 1, 'P')
    const { first } = readScalars('unit_columns', firstSpec, context.scalars)
    const units = context.allocate({ rows: z.rows, cols: z.cols }, z)
    return [fillWith(units, (r, c) => (first + r === rows.data[1 + c * rows.ld]! ? 1 : 0))]
  },
}
