/** What is computed of which matrices of the zoo: an algorithm is added by an entry of `perAlgorithm`, and one in criteria.py. */

import type { Dtype } from '../../../src/kernels/index.ts'
import { deficient, definite, indefinite, rectangular, singular, square } from './kinds.ts'

export interface AccuracyOperand {
  /** A name in zoo.py. */
  readonly kind: string
  readonly shape: readonly [number, number]
  readonly tile: readonly [number, number]
}

export interface AccuracyCase {
  /** A name of the catalogue of algorithms. */
  readonly algorithm: string
  /** How it is judged: a name in criteria.py; the algorithm's own but for variants. */
  readonly criterion: string
  readonly operands: Readonly<Record<string, AccuracyOperand>>
  readonly dtype: Dtype
  /** Of the algorithm. */
  readonly options: Readonly<Record<string, string | number | boolean | Shape>>
  /** Only the results that every call gives, not those that have to be asked for. */
  readonly isBrief: boolean
}

type Shape = readonly [number, number]
type Given = Partial<Omit<AccuracyCase, 'operands' | 'algorithm'>>
/** A case but for the name of its algorithm. */
type Draft = Given & Pick<AccuracyCase, 'operands'>

/** Order and tile; of 60 rows in 16s the last tile has 12, of 49 one. */
const orders: readonly Shape[] = [
  [60, 16],
  [49, 16],
  [64, 32],
]
/** Orders of the kinds whose order is in their name or has a meaning. */
const fixedOrder: Readonly<Record<string, number>> = {
  wilkinson: 60,
  'hilbert, order 12': 12,
  moler: 20,
  clement: 60,
  'symmetric clement': 60,
}

const tall: readonly Pick<AccuracyOperand, 'shape' | 'tile'>[] = [
  { shape: [90, 41], tile: [16, 16] },
  { shape: [97, 33], tile: [24, 16] },
]
const shapes: typeof tall = [...tall, { shape: [60, 60], tile: [16, 16] }, { shape: [41, 90], tile: [16, 16] }]
/** For the tree alone: one tile across. */
const narrow: typeof tall = [
  { shape: [115, 20], tile: [16, 20] },
  { shape: [100, 24], tile: [30, 24] },
]

/** A single matrix of each kind, at one of the shapes in turn. */
function ofShapes(kinds: readonly string[], among: typeof tall, given: Given = {}): Draft[] {
  return kinds.map((kind, k) => ({ operands: { A: { kind, ...among[k % among.length]! } }, ...given }))
}

/** A single matrix of each kind, at one of the orders in turn. */
function ofOrders(kinds: readonly string[], given: Given = {}): Draft[] {
  return kinds.map((kind, k) => {
    const [n, nb] = orders[k % orders.length]!
    const order = fixedOrder[kind] ?? n
    const tile = order < nb ? 5 : nb
    return { operands: { A: { kind, shape: [order, order], tile: [tile, tile] } }, ...given }
  })
}

/** With three right-hand sides, cut by rows as A. */
function systems(drafts: readonly Draft[]): Draft[] {
  return drafts.map(({ operands, ...given }) => {
    const { shape, tile } = operands.A!
    const B: AccuracyOperand = { kind: 'randn', shape: [shape[0], 3], tile: [tile[0], 2] }
    return { operands: { ...operands, B }, ...given }
  })
}

function product(kinds: readonly [string, string], sizes: readonly [number, number, number], given: Given = {}): Draft {
  const [m, k, n] = sizes
  return {
    operands: {
      A: { kind: kinds[0], shape: [m, k], tile: [32, 24] },
      B: { kind: kinds[1], shape: [k, n], tile: [24, 32] },
    },
    ...given,
  }
}

const float32: Given = { dtype: 'float32' }
/** Some of each sort whose numbers float32 has. */
const rectangular32 = ['randn', 'svd mode 3, cond 1e+04', 'svd mode 1, cond 1e+04', 'hilbert', 'kahan', 'all zero']
const definite32 = ['spd', 'poev mode 3, cond 1e+04', 'kms']
const indefinite32 = ['symmetric randn', 'heev mode 3, cond 1e+04', 'symmetric clement', 'symmetric, all zero']
const anyRank = [...rectangular, ...deficient]
const someOfAnyRank = anyRank.filter((_, k) => k % 2 === 0)
/** Columns that are all the same: nothing is left when the mean is taken off. */
const withoutVariance: ReadonlySet<string> = new Set(['all zero', 'all one'])
/** Whose first singular values stand out, as those must that random vectors are to find. */
const decaying = [
  'svd mode 3, cond 1e+12',
  'hilbert',
  'cauchy',
  'kahan',
  'clustered singular values',
  'rank a half, exact',
]
const one = (kind: string): Draft => ({ operands: { A: { kind, shape: [1, 1], tile: [64, 64] } } })
/** Of condition numbers far above 1 / eps. */
const beyondInversion: ReadonlySet<string> = new Set(['hilbert', 'lotkin', 'cauchy'])
/** What only large matrices get unasked. */
const twoStages: AccuracyCase['options'] = { tile: [16, 16], band: 6 }
const bands: AccuracyCase['options'] = { tile: [16, 16], band: 4 }
const spd: Given = { options: { assume: 'spd' } }

/** Of each structure that `solve` finds by inspection. */
const unsaid = ['symmetric randn', 'symmetric clement', 'symmetric orthog', 'kms', 'kahan, lower']
const trees = ['flat', 'binary', 'hybrid']
const treeKinds = ['hilbert', 'graded rows', 'svd mode 3, cond 1e+12', 'rank a half', 'rand']

const perAlgorithm: Readonly<Record<string, readonly Draft[]>> = {
  cholesky: [one('spd'), ...ofOrders(definite), ...ofOrders(definite32, float32)],
  gemm: [
    product(['randn', 'rand'], [1, 1, 1]),
    product(['randn', 'rand'], [100, 75, 60]),
    product(['randn', 'rand'], [100, 1, 100]),
    product(['randn', 'rand'], [1, 120, 1]),
    product(['hilbert', 'hilbert'], [60, 60, 60]),
    product(['scaled to 1e150', 'scaled to 1e150'], [100, 75, 60]),
    product(['scaled to 1e150', 'scaled to 1e-150'], [100, 75, 60]),
    product(['randn', 'rand'], [100, 75, 60], float32),
  ],
  qr: [
    one('randn'),
    ...trees.flatMap((tree) => ofShapes(treeKinds, shapes, { options: { tree } })),
    ...ofShapes(treeKinds, shapes, { criterion: 'qr, R alone', isBrief: true }),
    ...ofShapes(anyRank, shapes),
    ...ofOrders([...square, ...singular]),
    ...ofShapes(rectangular32, shapes, float32),
  ],
  tsqr: [
    one('randn'),
    ...trees.flatMap((tree) => ofShapes(treeKinds, narrow, { options: { tree } })),
    ...ofShapes(anyRank, narrow),
    ...ofShapes(rectangular32, narrow, float32),
  ],
  lu: [
    one('randn'),
    ...ofShapes(anyRank, shapes),
    ...ofOrders([...square, ...singular]),
    ...ofShapes(rectangular32, shapes, float32),
  ],
  solve: [
    ...systems([one('randn'), ...ofOrders([...rectangular, ...square]), ...ofOrders(definite, spd)]),
    ...systems([...ofOrders(definite32, { ...float32, ...spd }), ...ofOrders(['randn', 'integer'], float32)]),
    ...systems(ofOrders([...unsaid, ...indefinite.filter((kind) => kind.startsWith('heev'))])),
    ...systems(ofOrders(['randn', 'svd mode 3, cond 1e+12', 'scaled to 1e150'], { options: { mixed: true } })),
    ...systems(ofOrders(['spd', 'spd scaled to 1e-150'], { options: { assume: 'spd', mixed: true } })),
    ...systems(ofOrders(['randn', 'wilkinson', 'leading block 1e-12'], { options: { refine: 0 } })),
    ...systems(ofOrders(['kahan', 'triw'], { options: { assume: 'upper' } })),
    ...systems(ofOrders(['kahan'], { options: { assume: 'upper', transposeA: true } })),
    ...systems(ofOrders(['kahan, lower'], { options: { assume: 'lower' } })),
    ...systems([
      {
        operands: { A: { kind: 'factor of the hilbert matrix', shape: [12, 12], tile: [5, 5] } },
        options: { assume: 'lower' },
      },
    ]),
  ],
  inv: [
    one('randn'),
    ...ofOrders([...rectangular, ...square, ...definite].filter((kind) => !beyondInversion.has(kind))),
    ...ofOrders(['randn', 'spd', 'svd mode 3, cond 1e+04'], float32),
  ],
  lstsq: systems([...ofShapes(anyRank, shapes), ...ofShapes(['randn', 'svd mode 3, cond 1e+04'], tall, float32)]),
  svd: [
    one('randn'),
    ...ofShapes(anyRank, [...shapes, ...narrow], { options: bands }),
    ...ofOrders([...square, ...singular], { options: bands }),
    ...ofShapes(rectangular32, shapes, { ...float32, options: bands }),
    ...ofShapes(['randn', 'all zero', 'hilbert'], shapes),
    ...ofShapes(['randn', 'rank a half'], tall, { options: { ...bands, full: true } }),
    ...ofShapes(['svd mode 3, cond 1e+12'], [{ shape: [8200, 130], tile: [1024, 130] }]),
    ...ofShapes(someOfAnyRank, [...shapes, ...narrow], { options: bands, criterion: 'svd, values', isBrief: true }),
    ...ofShapes(decaying, shapes, { options: { rank: 8 }, criterion: 'svd, rank' }),
  ],
  pca: [
    ...ofShapes(
      anyRank.filter((kind) => !withoutVariance.has(kind)),
      [...shapes, ...narrow],
    ),
    ...ofOrders(square),
    ...ofShapes(['randn', 'svd mode 3, cond 1e+04'], shapes, float32),
  ],
  eigh: [
    one('symmetric randn'),
    ...ofOrders([...indefinite, ...definite], { options: twoStages }),
    ...ofOrders(indefinite32, { ...float32, options: twoStages }),
    ...ofOrders(indefinite, { options: twoStages, criterion: 'eigh, values', isBrief: true }),
    ...ofOrders(['symmetric randn', 'symmetric, all zero', 'minij']),
  ],
}

export const cases: readonly AccuracyCase[] = Object.entries(perAlgorithm).flatMap(([algorithm, drafts]) =>
  drafts.map((draft) => ({
    algorithm,
    criterion: algorithm,
    dtype: 'float64' as const,
    options: {},
    isBrief: false,
    ...draft,
  })),
)
