import type { BigMatrix } from '../matrix/index.ts'
import { dimensions, inputTiled, layoutOf, shipped } from './algorithm.ts'
import { domainOf, reflectorBlock, type Tree, treeOption } from './qr-tree.ts'
import type { ProgramSpec } from './spec.ts'
import { planTsqr } from './tsqr.ts'

export interface QrOptions {
  /** @default 'flat' */
  readonly tree?: Tree | undefined
  /** Side of the square tiles that are worked on, and of those of R and Q. @default that of A's tiles */
  readonly tile?: readonly [number, number] | undefined
}

/** Columns up to which tiles as wide as the matrix are factored whole. */
const widestLeaf = 1024
/** Tiles of a domain of the hybrid tree. */
const hybridDomain = 4

/**
 * A = Q R by communication-avoiding QR over square tiles (EECS-2008-89): every panel by a tree, Q kept as reflectors in compact WY form and
 * formed only where it is asked for. R is min(m, n) x n upper trapezoidal with a NONNEGATIVE diagonal, hence unique where A has full
 * column rank; Q is thin, m x min(m, n). LAPACK xGEQRF, xORGQR; 2 m n^2 - 2/3 n^3 flops, as many again for Q.
 *
 * A matrix one tile wide, and that not too wide, is done as `tsqr`.
 */
export const qr: ProgramSpec<QrOptions> = {
  name: 'qr',
  summary: 'A = Q R with the diagonal of R nonnegative; Q thin, and only where it is asked for',
  program: 'geqrf',
  examples: ['numpywren qr work/A -o work/R', 'numpywren qr work/A -o work/R -q work/Q --tree hybrid'],
  operands: [{ name: 'A', description: 'm x n' }],
  results: [
    { name: 'R', option: 'output', short: 'o', description: 'R, min(m, n) x n, upper trapezoidal', when: 'always' },
    { name: 'Q', option: 'q', short: 'q', description: 'Q, m x min(m, n), orthonormal columns', when: 'asked' },
  ],
  options: {
    tree: { ...treeOption, otherwise: 'flat' },
    tile: { kind: 'tile', description: 'square tiles to work on, and of R and Q', otherwise: "A's, made square" },
  },
  plan(call) {
    const A = call.operand('A')
    const { m, n, nb } = dimensions(A)
    const { tree = 'flat', tile } = call.options
    if (tile === undefined && nb >= n && m > n && n <= widestLeaf) return planTsqr('qr', call, tree)
    const side = Math.min(tile?.[0] ?? sideOf(A), Math.max(m, n))
    const [M, N, order] = [Math.ceil(m / side), Math.ceil(n / side), Math.min(m, n)]
    const d = domainOf(tree, M, hybridDomain)
    const isAsked = call.isAsked('Q')
    return {
      name: 'qr',
      program: shipped(isAsked ? 'qr' : 'geqrf'),
      args: { M, N, d, ib: Math.min(reflectorBlock, side) },
      bindings: {
        A: inputTiled(A, [side, side]),
        R: { ...call.place('R'), layout: layoutOf(A, [order, n], [side, side]), attributes: { structure: 'upper' } },
        ...(isAsked ? { Q: { ...call.place('Q'), layout: layoutOf(A, [m, order], [side, side]) } } : {}),
      },
      parameters: { m, n, tile: side, tree },
      results: { R: 'R', ...(isAsked ? { Q: 'Q' } : {}) },
    }
  },
}

/** The side of A's tiles, or of a square as large. */
function sideOf(A: BigMatrix): number {
  const { m, n, mb, nb, mt, nt } = dimensions(A)
  if (mt === 1 && nt === 1) return Math.max(m, n)
  if (mb === nb || (mt === 1 && mb >= m)) return nb
  return nt === 1 ? mb : Math.ceil(Math.sqrt(mb * nb))
}
