import type { BigMatrix } from '../matrix/index.ts'
import type { Binding } from '../run/index.ts'
import { dimensions, inputTiled, layoutOf, requireMatch, requireSameDtype, shipped } from './algorithm.ts'
import type { OptionSpec, ProgramSpec } from './spec.ts'

export interface GemmOptions {
  /** op(A) = A^T. @default false */
  readonly transposeA?: boolean | undefined
  /** op(B) = B^T. @default false */
  readonly transposeB?: boolean | undefined
  /** @default 1 */
  readonly alpha?: number | undefined
  /** @default 1 */
  readonly beta?: number | undefined
}

/** What {@link GemmOptions} says, for the command line; judging a product takes the same. */
export const gemmOptions: Readonly<Record<keyof GemmOptions, OptionSpec>> = {
  transposeA: { kind: 'flag', description: 'use the transpose of A' },
  transposeB: { kind: 'flag', description: 'use the transpose of B' },
  alpha: { kind: 'number', description: 'factor of the product', otherwise: '1' },
  beta: { kind: 'number', description: 'factor of the matrix that is added with --c', otherwise: '1' },
}

/**
 * Matrix product alpha op(A) op(B) + beta C0. BLAS xGEMM; 2 m n k flops. Every tile of the result is one chain of products in the order of k.
 *
 * A is m x k (k x m when transposed), B k x n (n x k when transposed), C0 m x n.
 * C has the tile rows of op(A) and the tile columns of op(B).
 * @throws InputError when shapes or dtypes do not fit
 */
export const gemm: ProgramSpec<GemmOptions> = {
  name: 'gemm',
  summary: 'C = alpha op(A) op(B) + beta C0',
  examples: [
    'numpywren gemm work/A work/B -o work/C',
    'numpywren gemm work/A work/A -o work/G --transpose-a --alpha 2',
  ],
  operands: [
    { name: 'A', description: 'm x k' },
    { name: 'B', description: 'k x n' },
    { name: 'C0', description: 'a matrix to be added, times beta', option: 'c' },
  ],
  results: [{ name: 'C', option: 'output', short: 'o', description: 'the product, m x n', when: 'always' }],
  options: gemmOptions,
  plan(call) {
    const { transposeA = false, transposeB = false, alpha = 1, beta = 1 } = call.options
    const [A, B, C0] = [call.operand('A'), call.operand('B'), call.optional('C0')]
    const a = oriented(A, transposeA)
    const b = oriented(B, transposeB)
    requireMatch('gemm', { of: A, ...a.columns }, { of: B, ...b.rows })
    requireSameDtype('gemm', A, B, ...(C0 ? [C0] : []))
    if (C0) {
      const c = oriented(C0, false)
      requireMatch('gemm', { of: C0, ...c.rows }, { of: A, ...a.rows })
      requireMatch('gemm', { of: C0, ...c.columns }, { of: B, ...b.columns })
    }
    const tile = [a.rows.tile, b.columns.tile] as const
    const layout = layoutOf(A, [a.rows.extent, b.columns.extent], tile)
    const sizes = { M: a.rows.count, N: b.columns.count, K: a.columns.count }
    const operands = {
      A: seen(A, transposeA, [a.rows.tile, a.columns.tile]),
      B: seen(B, transposeB, [a.columns.tile, b.columns.tile]),
    }
    const shared = {
      name: 'gemm',
      parameters: { transposeA, transposeB, alpha, beta: C0 ? beta : 0 },
    }
    if (!C0) {
      return {
        ...shared,
        program: shipped('gemm'),
        args: { ...sizes, alpha },
        results: { C: 'C' },
        bindings: { ...operands, C: { ...call.place('C'), layout } },
      }
    }
    return {
      ...shared,
      program: shipped('gemm_accumulate'),
      args: { ...sizes, alpha, beta },
      results: { C: 'D' },
      bindings: { ...operands, C: inputTiled(C0, tile), D: { ...call.place('C'), layout } },
    }
  },
}

/** op(M) in tiles of this shape. */
function seen(matrix: BigMatrix, isTransposed: boolean, [rows, cols]: readonly [number, number]): Binding {
  return isTransposed ? inputTiled(matrix, [cols, rows], { kind: 'transposed' }) : inputTiled(matrix, [rows, cols])
}

function oriented(matrix: BigMatrix, isTransposed: boolean) {
  const { m, n, mb, nb, mt, nt } = dimensions(matrix)
  const rows = { extent: m, tile: mb, count: mt, side: 'rows' } as const
  const columns = { extent: n, tile: nb, count: nt, side: 'columns' } as const
  return isTransposed ? { rows: columns, columns: rows } : { rows, columns }
}
