import type { BigMatrix } from '../matrix/index.ts'
import type { ViewStep } from '../run/index.ts'
import {
  type Algorithm,
  dimensions,
  input,
  layoutOf,
  type Place,
  requireMatch,
  requireSameDtype,
  shipped,
} from './algorithm.ts'

export interface GemmOptions {
  /** op(A) = A^T. @default false */
  readonly transposeA?: boolean | undefined
  /** op(B) = B^T. @default false */
  readonly transposeB?: boolean | undefined
  /** @default 1 */
  readonly alpha?: number | undefined
  /** The matrix that is added, m x n. */
  readonly C?: BigMatrix | undefined
  /** @default 1 */
  readonly beta?: number | undefined
}

/**
 * Matrix product alpha op(A) op(B) + beta C. BLAS xGEMM; 2 m n k flops. Every tile of the result is one chain of products in the order of k.
 *
 * @param A m x k (k x m when transposed)
 * @param B k x n (n x k when transposed)
 * @throws InputError when shapes, tiles or dtypes do not fit
 */
export function gemm(A: BigMatrix, B: BigMatrix, out: Place, options: GemmOptions = {}): Algorithm {
  const { transposeA = false, transposeB = false, alpha = 1, beta = 1, C } = options
  const a = oriented(A, transposeA)
  const b = oriented(B, transposeB)
  requireMatch('gemm', { of: A, ...a.columns }, { of: B, ...b.rows })
  requireSameDtype('gemm', A, B, ...(C ? [C] : []))
  if (C) {
    const c = oriented(C, false)
    requireMatch('gemm', { of: C, ...c.rows }, { of: A, ...a.rows })
    requireMatch('gemm', { of: C, ...c.columns }, { of: B, ...b.columns })
  }
  const layout = layoutOf(A, [a.rows.extent, b.columns.extent], [a.rows.tile, b.columns.tile])
  const sizes = { M: a.rows.count, N: b.columns.count, K: a.columns.count }
  const operands = { A: input(A, ...view(transposeA)), B: input(B, ...view(transposeB)) }
  const shared = {
    name: 'gemm',
    parameters: { transposeA, transposeB, alpha, beta: C ? beta : 0 },
  }
  if (!C) {
    return {
      ...shared,
      program: shipped('gemm'),
      args: { ...sizes, alpha },
      results: { C: 'C' },
      bindings: { ...operands, C: { ...out, layout } },
    }
  }
  return {
    ...shared,
    program: shipped('gemm_accumulate'),
    args: { ...sizes, alpha, beta },
    results: { C: 'D' },
    bindings: { ...operands, C: input(C), D: { ...out, layout } },
  }
}

const view = (isTransposed: boolean): ViewStep[] => (isTransposed ? [{ kind: 'transposed' }] : [])

function oriented(matrix: BigMatrix, isTransposed: boolean) {
  const { m, n, mb, nb, mt, nt } = dimensions(matrix)
  const rows = { extent: m, tile: mb, count: mt, side: 'rows' } as const
  const columns = { extent: n, tile: nb, count: nt, side: 'columns' } as const
  return isTransposed ? { rows: columns, columns: rows } : { rows, columns }
}
