import { type BigMatrix, tileDtype } from '../matrix/index.ts'
import { shipped } from './algorithm.ts'
import type { ProgramSpec, Report } from './spec.ts'
import { inputSquare, squareLayout, squareTiles } from './square-tiles.ts'

/** Growth per row beyond which rounding errors may be seen; random matrices stay far below. */
const ALARMING_GROWTH = 10

/** Elements of L beyond this say that a tournament chose badly; those of ordinary matrices stay below 10. */
const ALARMING_MULTIPLIER = 1e3

/**
 * LU factorization A[P] = L U of an m x n matrix, with tournament pivoting (CALU: Grigori, Demmel, Xiang, SIAM J. Matrix Anal.
 * Appl. 32(4), 2011; LAPACK xGETRF).
 *
 * The pivot rows of a panel are those of partial pivoting among four tiles below each other, and then among the candidates of
 * four groups at a time; up to four tiles high that is partial pivoting itself. n^2 (m - n/3) flops for m >= n, and some 15 % more
 * for the rounds at 16 x 16 tiles. Elements of L may exceed 1 a little.
 *
 * L is m x min(m, n), unit lower trapezoidal; U min(m, n) x n, upper trapezoidal; P int64. A singular matrix is factored as well: U has a
 * zero on its diagonal, and `info` is its column, counted from 1.
 */
export const lu: ProgramSpec = {
  name: 'lu',
  summary: 'A[P] = L U with row exchanges by tournament pivoting',
  examples: ['numpywren lu work/A -o work/F', 'numpywren verify lu work/A work/F/L work/F/U work/F/P'],
  operands: [{ name: 'A', description: 'm x n' }],
  results: [
    { name: 'L', option: 'output', short: 'o', description: 'L, unit lower triangular', when: 'always', within: 'L' },
    { name: 'U', option: 'output', short: 'o', description: 'U, upper triangular', when: 'always', within: 'U' },
    { name: 'P', option: 'output', short: 'o', description: 'P, row numbers, int64', when: 'always', within: 'P' },
  ],
  options: {},
  plan(call) {
    const A = call.operand('A')
    const tiles = squareTiles(A)
    const { m, n, side, mt, nt } = tiles
    const p = Math.min(m, n)
    const dtype = tileDtype(A.layout)
    const largest = { shape: [1], tile: [1], dtype }
    return {
      name: 'lu',
      program: shipped('lu'),
      args: { M: mt, N: nt },
      bindings: {
        A: inputSquare(A, tiles),
        L: { ...call.place('L'), layout: { ...squareLayout(tiles, m, p), dtype }, attributes: { structure: 'lower' } },
        U: { ...call.place('U'), layout: { ...squareLayout(tiles, p, n), dtype }, attributes: { structure: 'upper' } },
        P: { ...call.place('P'), layout: { shape: [m], tile: [Math.min(side, m)], dtype: 'int64' } },
        GA: { ...call.scratch('largest-of-A'), layout: largest },
        GU: { ...call.scratch('largest-of-U'), layout: largest },
        GL: { ...call.scratch('largest-of-L'), layout: largest },
      },
      parameters: { m, n, tile: side },
      results: { L: 'L', U: 'U', P: 'P', largestOfA: 'GA', largestOfU: 'GU', largestOfL: 'GL' },
    }
  },
  async report({ U, largestOfA, largestOfU, largestOfL }) {
    const [a, u, largestMultiplier] = [
      await numberOf(largestOfA!),
      await numberOf(largestOfU!),
      await numberOf(largestOfL!),
    ]
    return luReport(U!, a === 0 ? 1 : u / a, largestMultiplier)
  },
}

const numberOf = async (matrix: BigMatrix): Promise<number> => (await matrix.read()).data[0] ?? Number.NaN

/** What there is to say of a factorization: `info` as LAPACK's xGETRF has it, the growth max |U| / max |A|, and max |L|. */
async function luReport(U: BigMatrix, growth: number, largestMultiplier: number): Promise<Report> {
  const info = await firstZeroPivot(U)
  const warnings: string[] = []
  if (info > 0) {
    warnings.push(
      `A is singular: element (${info}, ${info}) of U, counted from 1, is exactly zero; L U is A[P], but no system can be solved with it`,
    )
  }
  const alarm = growthWarning(growth, Math.max(...U.layout.shape), 'judge the result with verify lu, or factor with qr')
  if (alarm !== undefined) warnings.push(alarm)
  if (largestMultiplier > ALARMING_MULTIPLIER) {
    warnings.push(
      `the largest element of L is ${largestMultiplier.toPrecision(3)}, where partial pivoting has 1: judge the result with verify lu, or give A square tiles of at least a quarter of its rows`,
    )
  }
  return { facts: { info, growth, largestMultiplier }, warnings }
}

/** What to say of elements that grew beyond what rounding errors bear; undefined when they did not. */
export function growthWarning(growth: number, n: number, advice: string): string | undefined {
  if (growth <= ALARMING_GROWTH * n) return undefined
  return `the elements grew by a factor of ${growth.toPrecision(3)}, and rounding errors with them: ${advice}`
}

/** Column of the first zero on the diagonal of U, counted from 1; 0 when there is none. */
async function firstZeroPivot(U: BigMatrix): Promise<number> {
  const [rows = 0, cols = 0] = U.layout.shape
  const [side = 1] = U.layout.tile
  for (let k = 0; k * side < Math.min(rows, cols); k++) {
    const { data, rows: height, cols: width, ld } = await U.readTile([k, k])
    for (let i = 0; i < Math.min(height, width); i++) if (data[i * ld + i] === 0) return k * side + i + 1
  }
  return 0
}
