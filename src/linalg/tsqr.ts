import { InputError } from '../errors.ts'
import type { BigMatrix } from '../matrix/index.ts'
import { type Algorithm, dimensions, inputTiled, layoutOf, shipped } from './algorithm.ts'
import { domainOf, type Tree, treeOption } from './qr-tree.ts'
import type { AlgorithmCall, ProgramSpec } from './spec.ts'

export interface TsqrOptions {
  /** @default 'binary' */
  readonly tree?: Tree | undefined
}

/** Columns of a block of reflectors: wide ones make T costlier, and the product that gives Q much faster; measured, see docs/performance.md. */
const reflectorBlock = { alone: 64, withQ: 256 }
/** Tiles of a domain of the hybrid tree. */
const hybridDomain = 4

/**
 * A = Q R of a tall and skinny matrix, m >= n, by a tree over its row tiles (TSQR, EECS-2008-89). R is n x n, upper triangular with a
 * NONNEGATIVE diagonal, hence the same whatever the tree; Q is m x n, and only formed where it is asked for. 2 m n^2 flops, as many again for Q.
 *
 * Every tile of rows is as wide as A and at least as tall as wide: A's own tiles where they are so.
 * @throws InputError when A is wider than tall
 */
export const tsqr: ProgramSpec<TsqrOptions> = {
  name: 'tsqr',
  summary: 'A = Q R of a tall and skinny A by a tree over its rows; the diagonal of R is nonnegative',
  examples: ['numpywren tsqr work/A -o work/R', 'numpywren tsqr work/A -o work/R -q work/Q'],
  operands: [{ name: 'A', description: 'm x n, m >= n' }],
  results: [
    { name: 'R', option: 'output', short: 'o', description: 'R, n x n, upper triangular', when: 'always' },
    { name: 'Q', option: 'q', short: 'q', description: 'Q, m x n, orthonormal columns', when: 'asked' },
  ],
  options: { tree: { ...treeOption, otherwise: 'binary' } },
  plan: (call) => planTsqr('tsqr', call, call.options.tree ?? 'binary'),
}

/** The run of `tsqr`, under the name of the algorithm that wants it. */
export function planTsqr(name: string, call: AlgorithmCall<object>, tree: Tree): Algorithm {
  const A = call.operand('A')
  const { m, n } = dimensions(A)
  if (m < n) {
    throw new InputError(
      `${name} takes a tall matrix; ${A.url} is ${m} x ${n}. qr takes any; for a wide one factor the transpose`,
    )
  }
  const rows = tileRows(A)
  const M = Math.ceil(m / rows)
  const isAsked = call.isAsked('Q')
  return {
    name,
    program: shipped(isAsked ? 'tsqr_q' : 'tsqr'),
    args: {
      M,
      d: domainOf(tree, M, hybridDomain),
      ib: Math.min(isAsked ? reflectorBlock.withQ : reflectorBlock.alone, n),
    },
    bindings: {
      A: inputTiled(A, [rows, n]),
      R: { ...call.place('R'), layout: layoutOf(A, [n, n], [n, n]), attributes: { structure: 'upper' } },
      ...(isAsked ? { Q: { ...call.place('Q'), layout: layoutOf(A, [m, n], [rows, n]) } } : {}),
    },
    parameters: { m, n, tile: rows, tree },
    results: { R: 'R', ...(isAsked ? { Q: 'Q' } : {}) },
  }
}

/** Rows of a tile: A's own where they are at least its columns, else the next multiple that is twice as tall as wide. */
function tileRows(A: BigMatrix): number {
  const { m, n, mb, nt } = dimensions(A)
  if (nt === 1 && mb >= n) return Math.min(mb, m)
  return Math.min(m, mb * Math.ceil((2 * n) / mb))
}
