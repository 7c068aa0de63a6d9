/** LU of tiles after their pivot rows are known: the rows of L, and the update of what is left. */

import { gemmFlops, trsmFlops } from '../flops.ts'
import type { Extent, Kernel, KernelContext } from '../registry-types.ts'
import { copyInto } from '../routines/elementwise.ts'
import { gemm } from '../routines/gemm.ts'
import { maxAbs } from '../routines/norms.ts'
import { panelSolve } from '../routines/panel-solve.ts'
import { receiveRows } from '../routines/row-exchange.ts'
import { readScalars } from '../scalars.ts'
import type { Tile } from '../tile.ts'
import { expectExtent, operand, writable } from './operands.ts'
import { blockOf } from './parts.ts'
import { expectPlan } from './row-exchange.ts'

const tileSpec = { tile: 0 }

/** Extents of rows of L and of their largest magnitude. */
const judged = (rows: Extent): readonly [Extent, Extent] => [rows, { rows: 1, cols: 1, dtype: rows.dtype }]

/** Rows of L and their largest magnitude, 1 x 1. */
async function withLargest(rows: Tile, context: KernelContext): Promise<readonly [Tile, Tile]> {
  const largest = context.allocate({ rows: 1, cols: 1 }, rows)
  largest.data[0] = await maxAbs(rows)
  return [rows, largest]
}

/**
 * `L, h = lu_panel(plan, U, A, top, tile)`: rows of L: A inv(U), where A (tile `tile` below the pivot tile `top`) has its rows
 * exchanged first; and their largest magnitude, 1 x 1.
 */
export const luPanelKernel: Kernel = {
  name: 'lu_panel',
  aliases: [],
  minInputs: 4,
  maxInputs: 4,
  outputs: 2,
  absent: [false],
  scalars: Object.keys(tileSpec),
  mixesDtypes: true,
  reuses: [2],
  shape(operands, scalars) {
    readScalars('lu_panel', tileSpec, scalars)
    expectPlan('lu_panel', operand('lu_panel', operands, 0, 'plan'))
    const { rows, cols, dtype } = operand('lu_panel', operands, 2, 'A')
    expectExtent('lu_panel', 'U', operand('lu_panel', operands, 1, 'U'), cols, cols)
    const top = operand('lu_panel', operands, 3, 'top')
    expectExtent('lu_panel', 'top', top, top.rows, cols)
    return judged({ rows, cols, dtype })
  },
  flops(operands) {
    const a = operand('lu_panel', operands, 2, 'A')
    return trsmFlops(a.cols, a.rows)
  },
  async run(operands, context) {
    const { tile } = readScalars('lu_panel', tileSpec, context.scalars)
    const result = await writable(operands, 2, operand('lu_panel', operands, 2, 'A'), context)
    await receiveRows(operand('lu_panel', operands, 0, 'plan'), result, operand('lu_panel', operands, 3, 'top'), tile)
    await panelSolve(operand('lu_panel', operands, 1, 'U'), result)
    return withLargest(result, context)
  },
}

/**
 * `L1, h = lu_diagonal(plan, L, U, A)`: the diagonal tile of L: L itself for the pivot rows, and for the rows of A (the pivot tile)
 * beyond them A inv(U), exchanged first; and its largest magnitude, 1 x 1.
 */
export const luDiagonalKernel: Kernel = {
  name: 'lu_diagonal',
  aliases: [],
  minInputs: 4,
  maxInputs: 4,
  outputs: 2,
  absent: [false],
  scalars: [],
  mixesDtypes: true,
  reuses: [],
  shape(operands, scalars) {
    readScalars('lu_diagonal', {}, scalars)
    const plan = operand('lu_diagonal', operands, 0, 'plan')
    expectPlan('lu_diagonal', plan)
    const a = operand('lu_diagonal', operands, 3, 'A')
    expectExtent('lu_diagonal', 'L', operand('lu_diagonal', operands, 1, 'L'), plan.rows, plan.rows)
    expectExtent('lu_diagonal', 'U', operand('lu_diagonal', operands, 2, 'U'), plan.rows, a.cols)
    return judged({ rows: a.rows, cols: plan.rows, dtype: a.dtype })
  },
  flops(operands) {
    const plan = operand('lu_diagonal', operands, 0, 'plan')
    return trsmFlops(plan.rows, operand('lu_diagonal', operands, 3, 'A').rows - plan.rows)
  },
  async run(operands, context) {
    const plan = operand('lu_diagonal', operands, 0, 'plan')
    const lower = operand('lu_diagonal', operands, 1, 'L')
    const a = operand('lu_diagonal', operands, 3, 'A')
    const pivots = plan.rows
    const result = context.allocate({ rows: a.rows, cols: pivots }, a)
    if (a.rows > pivots) {
      await copyInto(result, a)
      await receiveRows(plan, result, a, 0)
      const rest = blockOf(result, { row: pivots, col: 0, rows: a.rows - pivots, cols: pivots })
      await panelSolve(operand('lu_diagonal', operands, 2, 'U'), rest)
    }
    await copyInto(blockOf(result, { row: 0, col: 0, rows: pivots, cols: pivots }), lower)
    return withLargest(result, context)
  },
}

/** `A1 = lu_update(plan, A, top, L, U, tile)`: A - L U, where A (tile `tile` below the pivot tile `top`) has its rows exchanged first. */
export const luUpdateKernel: Kernel = {
  name: 'lu_update',
  aliases: [],
  minInputs: 5,
  maxInputs: 5,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(tileSpec),
  mixesDtypes: true,
  reuses: [1],
  shape(operands, scalars) {
    readScalars('lu_update', tileSpec, scalars)
    expectPlan('lu_update', operand('lu_update', operands, 0, 'plan'))
    const { rows, cols, dtype } = operand('lu_update', operands, 1, 'A')
    const top = operand('lu_update', operands, 2, 'top')
    expectExtent('lu_update', 'top', top, top.rows, cols)
    const lower = operand('lu_update', operands, 3, 'L')
    expectExtent('lu_update', 'L', lower, rows, lower.cols)
    expectExtent('lu_update', 'U', operand('lu_update', operands, 4, 'U'), lower.cols, cols)
    return [{ rows, cols, dtype }]
  },
  flops(operands) {
    const lower = operand('lu_update', operands, 3, 'L')
    return gemmFlops(lower.rows, operand('lu_update', operands, 4, 'U').cols, lower.cols)
  },
  async run(operands, context) {
    const { tile } = readScalars('lu_update', tileSpec, context.scalars)
    const result = await writable(operands, 1, operand('lu_update', operands, 1, 'A'), context)
    await receiveRows(operand('lu_update', operands, 0, 'plan'), result, operand('lu_update', operands, 2, 'top'), tile)
    const [lower, upper] = [operand('lu_update', operands, 3, 'L'), operand('lu_update', operands, 4, 'U')]
    await gemm(result, lower, upper, { alpha: -1, beta: 1 })
    return [result]
  },
}
