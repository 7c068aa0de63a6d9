/** Rows that change places between tiles of a column. */

import { KernelArgumentError } from '../errors.ts'
import type { Extent, Kernel, KernelScalars } from '../registry-types.ts'
import { pivotRows, receiveRows, takeRows } from '../routines/row-exchange.ts'
import { flag, readScalars } from '../scalars.ts'
import { expectExtent, operand, writable } from './operands.ts'
import { present, presentPairs } from './variadic.ts'

const everything = Number.POSITIVE_INFINITY
const tileSpec = { tile: 0 }

/** The plan of an exchange as `factor_rows` gives it. */
export function expectPlan(kernel: string, plan: Extent): void {
  expectExtent(kernel, 'plan', plan, plan.rows, 4)
}

/**
 * `X1 = pivot_rows(plan, X, A0, A1, ..., tile)`: the pivot tile after the exchange, collected from tiles of a column before it,
 * of which A0 has the number `tile`, counted from the pivot tile. With tile = 0 A0 is the pivot tile and X is absent; otherwise X
 * is what was collected from the tiles before. The last tiles may be absent.
 */
export const pivotRowsKernel: Kernel = {
  name: 'pivot_rows',
  aliases: [],
  minInputs: 3,
  maxInputs: everything,
  outputs: 1,
  absent: [false, true, false, true],
  scalars: Object.keys(tileSpec),
  mixesDtypes: true,
  reuses: [1],
  shape(operands, scalars) {
    const { tile } = readScalars('pivot_rows', tileSpec, scalars)
    expectPlan('pivot_rows', operand('pivot_rows', operands, 0, 'plan'))
    if ((tile === 0) !== (operands[1] === undefined)) {
      const message = `pivot_rows: X must be absent for tile 0, and only for it; tile is ${tile}`
      throw new KernelArgumentError('pivot_rows', 'X', message)
    }
    const tiles = present('pivot_rows', operands, 2, 'A')
    const { rows, cols, dtype } = operands[1] ?? operand('pivot_rows', operands, 2, 'A')
    for (const a of tiles) expectExtent('pivot_rows', 'A', a, a.rows, cols)
    return [{ rows, cols, dtype }]
  },
  flops: () => 0,
  async run(operands, context) {
    const { tile } = readScalars('pivot_rows', tileSpec, context.scalars)
    const plan = operand('pivot_rows', operands, 0, 'plan')
    const tiles = present('pivot_rows', operands, 2, 'A')
    const top = operand('pivot_rows', operands, 2, 'A')
    const x = operands[1]
      ? await writable(operands, 1, operands[1], context)
      : context.allocate({ rows: top.rows, cols: top.cols }, top, true)
    await pivotRows(plan, x, tiles, tile)
    return [x]
  },
}

/** `A1 = receive_rows(plan, A, top, tile)`: a tile below the pivot tile after the exchange: rows of the pivot tile (top, before it) stand where its pivot rows were. */
export const receiveRowsKernel: Kernel = {
  name: 'receive_rows',
  aliases: [],
  minInputs: 3,
  maxInputs: 3,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(tileSpec),
  mixesDtypes: true,
  reuses: [1],
  shape(operands, scalars) {
    readScalars('receive_rows', tileSpec, scalars)
    expectPlan('receive_rows', operand('receive_rows', operands, 0, 'plan'))
    const { rows, cols, dtype } = operand('receive_rows', operands, 1, 'A')
    const top = operand('receive_rows', operands, 2, 'top')
    expectExtent('receive_rows', 'top', top, top.rows, cols)
    return [{ rows, cols, dtype }]
  },
  flops: () => 0,
  async run(operands, context) {
    const { tile } = readScalars('receive_rows', tileSpec, context.scalars)
    const result = await writable(operands, 1, operand('receive_rows', operands, 1, 'A'), context)
    await receiveRows(
      operand('receive_rows', operands, 0, 'plan'),
      result,
      operand('receive_rows', operands, 2, 'top'),
      tile,
    )
    return [result]
  },
}

const takeSpec = { columns: 0 }
const numbered = ['numbers', 'A'] as const

function takenExtent(operands: readonly (Extent | undefined)[], scalars: KernelScalars): Extent {
  const columns = flag('take_rows', 'columns', readScalars('take_rows', takeSpec, scalars).columns)
  const wanted = operand('take_rows', operands, 0, 'wanted')
  expectExtent('take_rows', 'wanted', wanted, wanted.rows, 1)
  const first = operand('take_rows', operands, 3, 'A')
  const [rows, cols] = columns ? [first.rows, wanted.rows] : [wanted.rows, first.cols]
  if (operands[1]) expectExtent('take_rows', 'X', operands[1], rows, cols)
  for (const [numbers, a] of presentPairs('take_rows', operands, 2, numbered)) {
    expectExtent('take_rows', 'numbers', numbers, columns ? a.cols : a.rows, 1)
    expectExtent('take_rows', 'A', a, columns ? rows : a.rows, columns ? a.cols : cols)
  }
  return { rows, cols, dtype: first.dtype }
}

/**
 * `X1 = take_rows(wanted, X, numbers0, A0, numbers1, A1, ...)`: row s is the row with the number wanted(s), wherever it is among
 * the rows of A0, A1, ..., which numbers0, numbers1, ... number; a row that is not among them is that of X, or zero where X is
 * absent. Columns with `columns = 1`. The last pairs may be absent.
 */
export const takeRowsKernel: Kernel = {
  name: 'take_rows',
  aliases: [],
  minInputs: 4,
  maxInputs: everything,
  outputs: 1,
  absent: [false, true, false, false, true],
  scalars: Object.keys(takeSpec),
  mixesDtypes: true,
  reuses: [1],
  shape: (operands, scalars) => [takenExtent(operands, scalars)],
  flops: () => 0,
  async run(operands, context) {
    const { columns } = readScalars('take_rows', takeSpec, context.scalars)
    const like = operand('take_rows', operands, 3, 'A')
    const { rows, cols } = takenExtent(operands, context.scalars)
    const x = operands[1]
      ? await writable(operands, 1, operands[1], context)
      : context.allocate({ rows, cols }, like, true)
    const sources = presentPairs('take_rows', operands, 2, numbered).map(([numbers, values]) => ({ numbers, values }))
    await takeRows(operand('take_rows', operands, 0, 'wanted'), x, sources, { columns: columns === 1 })
    return [x]
  },
}

/** `q = row_numbers(A, A0, tile)`: the numbers of the rows of A in the whole matrix, a column: tile times the rows of A0, and so on. */
export const rowNumbersKernel: Kernel = {
  name: 'row_numbers',
  aliases: [],
  minInputs: 2,
  maxInputs: 2,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(tileSpec),
  reuses: [],
  shape(operands, scalars) {
    readScalars('row_numbers', tileSpec, scalars)
    operand('row_numbers', operands, 1, 'A0')
    return [{ rows: operand('row_numbers', operands, 0, 'A').rows, cols: 1, dtype: 'float64' }]
  },
  flops: () => 0,
  async run(operands, context) {
    const { tile } = readScalars('row_numbers', tileSpec, context.scalars)
    const a = operand('row_numbers', operands, 0, 'A')
    const first = tile * operand('row_numbers', operands, 1, 'A0').rows
    const numbers = context.allocate({ rows: a.rows, cols: 1, dtype: 'float64' }, a)
    for (let row = 0; row < a.rows; row++) numbers.data[row] = first + row
    return [numbers]
  },
}
