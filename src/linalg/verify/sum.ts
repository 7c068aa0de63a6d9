import { InputError } from '../../errors.ts'
import { type BigMatrix, type TileArray, transposed } from '../../matrix/index.ts'
import { type SumOptions, sum } from '../sum.ts'
import { whole } from './elements.ts'
import { scaledRatio, type Verdict, verdict } from './ratio.ts'
import type { ResidualOptions } from './residual.ts'
import type { VerifySpec } from './spec.ts'

/**
 * max_j |s_j - sum_i a_ij| / (sum_i |a_ij| eps) with eps of S, over columns (`axis` 0) or rows. The sums are made anew with a running
 * correction, so that they count as exact. @throws InputError when S has another length
 */
export async function verifySum(
  A: BigMatrix,
  S: BigMatrix,
  { axis }: SumOptions,
  options: ResidualOptions = {},
): Promise<Verdict> {
  if (axis === undefined) throw new InputError('verify sum: axis is missing; give it as it was given to sum')
  const array = axis === '0' ? whole(A) : transposed(whole(A))
  const [, n = 0] = array.layout.shape
  if (S.layout.shape.join() !== String(n)) {
    throw new InputError(`${S.url} is ${S.layout.shape.join(' x ')}; a vector of ${n} is wanted`)
  }
  const { data } = await S.read()
  const [, width = 1] = array.layout.tile
  let worst = 0
  for (let j = 0; j < array.grid[1]!; j++) {
    const columns = await columnsOf(array, j, options.signal)
    for (const [c, { total, size }] of columns.entries()) {
      const error = Math.abs(data[j * width + c]! - total)
      worst = Math.max(worst, scaledRatio(error, [size], S.layout.dtype))
    }
  }
  return verdict('sum', 'max_j |s_j - sum_i a_ij| / (sum_i |a_ij| eps)', worst)
}

/** Sums of the columns of one column of tiles, and of their magnitudes. Neumaier, ZAMM 54 (1974). */
async function columnsOf(
  array: TileArray,
  j: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly total: number; readonly size: number }[]> {
  const [row = 0, col = 0] = array.layout.origin ?? []
  const columns: { sum: number; correction: number; size: number }[] = []
  for (let i = 0; i < array.grid[0]!; i++) {
    const { data, rows, cols, ld } = await array.readTile([i + row, j + col], { signal })
    for (let c = 0; c < cols; c++) {
      const state = columns[c] ?? { sum: 0, correction: 0, size: 0 }
      columns[c] = state
      for (let r = 0; r < rows; r++) {
        const value = data[r + c * ld]!
        const next = state.sum + value
        const isLarger = Math.abs(state.sum) >= Math.abs(value)
        state.correction += isLarger ? state.sum - next + value : value - next + state.sum
        state.sum = next
        state.size += Math.abs(value)
      }
    }
  }
  return columns.map(({ sum: running, correction, size }) => ({ total: running + correction, size }))
}

/** `verify sum A S --axis 0`. */
export const sumVerification: VerifySpec<SumOptions> = {
  name: 'sum',
  summary: 'S less the sums of A, by column or row',
  matrices: ['A', 'S'],
  options: sum.options,
  judge: ({ A, S }, options) => verifySum(A!, S!, options, options),
}
