import { InputError } from '../../errors.ts'
import { addColumnAbsSums, dtypeOf, gemm, type Tile, zeroTile } from '../../kernels/index.ts'
import { type BigMatrix, type TileArray, transposed } from '../../matrix/index.ts'
import { forEachLimit } from '../../util/index.ts'
import { dimensions, tiledAs } from '../algorithm.ts'
import { squareTiles } from '../square-tiles.ts'
import { addSums } from './column-sums.ts'
import { scaledRatio, type Verdict, verdict } from './ratio.ts'
import { columnAbsSums, norm1, type ResidualOptions } from './residual.ts'
import type { VerifySpec } from './spec.ts'
import { ownCopy, TileReader } from './tile-reader.ts'

/**
 * The largest ||A^T (b - A x)|| / (||A^T|| (||A|| ||x|| + ||b||) max(m, n, r) eps) over the columns of B (m x r), in the 1-norm: zero for the exact
 * x of least ||b - A x||, whatever the shape and rank of A. LAPACK TESTING/LIN xQRT17. It does not tell the solution of
 * least norm from others.
 * @throws InputError when shapes do not fit
 */
export async function verifyLstsq(
  A: BigMatrix,
  X: BigMatrix,
  B: BigMatrix,
  options: ResidualOptions = {},
): Promise<Verdict> {
  const { m, n, side } = squareTiles(A)
  const [x, b] = [dimensions(X), dimensions(B)]
  if (x.m !== n || b.m !== m || x.n !== b.n) {
    throw new InputError(
      `verify lstsq: A is ${m} x ${n}, X ${x.m} x ${x.n} and B ${b.m} x ${b.n}; X must be n x r and B m x r for A of m x n`,
    )
  }
  const width = Math.min(x.n, side)
  const tiled = {
    A: tiledAs(A, [Math.min(side, m), Math.min(side, n)]),
    X: tiledAs(X, [Math.min(side, n), width]),
    B: tiledAs(B, [Math.min(side, m), width]),
  }
  const gradients = await gradientColumnSums(tiled, options)
  const [norm, normTransposed] = [await norm1(tiled.A, options), await norm1(transposed(tiled.A), options)]
  const [solutions, rightSides] = [await columnAbsSums(tiled.X, options), await columnAbsSums(tiled.B, options)]
  let worst = 0
  for (const [j, gradient] of gradients.entries()) {
    const scales = [normTransposed, Math.max(m, n, x.n)]
    const bySolution = scaledRatio(gradient, [...scales, norm, solutions[j] ?? 0], A.layout.dtype)
    const byRightSide = scaledRatio(gradient, [...scales, rightSides[j] ?? 0], A.layout.dtype)
    // 1 / (s + t) of the two bounds, without forming products that may overflow.
    worst = Math.max(worst, gradient === 0 ? 0 : 1 / (1 / bySolution + 1 / byRightSide))
  }
  return verdict(
    'lstsq',
    'max_j ||A^T (b_j - A x_j)||_1 / (||A^T||_1 (||A||_1 ||x_j||_1 + ||b_j||_1) max(m, n, r) eps)',
    worst,
  )
}

interface Problem {
  readonly A: TileArray
  readonly X: TileArray
  readonly B: TileArray
}

/** sum_k |g_kj| for every column j of G = A^T (B - A X), a column of tiles of the residual at a time. */
async function gradientColumnSums({ A, X, B }: Problem, options: ResidualOptions): Promise<Float64Array> {
  const { slots = 2, memoryBytes = 2 ** 30, signal } = options
  const reader = new TileReader({ memoryBytes, signal })
  const { mt, nt } = dimensions(A)
  const { n: columns, nb: width, nt: groups } = dimensions(B)
  const sums = new Float64Array(columns)
  for (let j = 0; j < groups; j++) {
    const residual: Tile[] = []
    await forEachLimit(range(mt), slots, async (i) => {
      signal?.throwIfAborted()
      const r = await ownCopy(await reader.read(B, [i, j]))
      for (const k of range(nt)) {
        await gemm(r, await reader.read(A, [i, k]), await reader.read(X, [k, j]), { alpha: -1, beta: 1 })
      }
      residual[i] = r
    })
    await forEachLimit(range(nt), slots, async (k) => {
      signal?.throwIfAborted()
      const x = await reader.read(X, [k, j])
      const g = zeroTile(x, dtypeOf(x))
      for (const i of range(mt)) await gemm(g, await reader.read(A, [i, k]), residual[i]!, { beta: 1, transA: true })
      await addSums(sums.subarray(j * width, j * width + g.cols), (part) => addColumnAbsSums(g, part))
    })
  }
  return sums
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

/** `verify lstsq A X B`. */
export const lstsqVerification: VerifySpec = {
  name: 'lstsq',
  summary: 'A^T (B - A X), by right-hand side',
  matrices: ['A', 'X', 'B'],
  options: {},
  judge: ({ A, X, B }, options) => verifyLstsq(A!, X!, B!, options),
}
