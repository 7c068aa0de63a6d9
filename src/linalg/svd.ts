import { InputError } from '../errors.ts'
import type { Dtype } from '../kernels/index.ts'
import { type Layout, tileDtype } from '../matrix/index.ts'
import { type Algorithm, dimensions, inputTiled, shipped } from './algorithm.ts'
import type { AlgorithmCall, OptionSpec, ProgramSpec } from './spec.ts'
import { planTruncated, reportTruncated, type SvdRankOptions, svdRankOptions } from './svd-rank.ts'

export interface SvdOptions extends SvdRankOptions {
  /** U m x m and V n x n instead of their first min(m, n) columns. @default false */
  readonly full?: boolean | undefined
  /** Rows and columns of the tiles worked on and of U and V. @default those of A when they are of a good size */
  readonly tile?: readonly [number, number] | undefined
  /** Superdiagonals of the band between the two stages; a divisor of the tile. @default 64, or the next one below that divides the tile that is given */
  readonly band?: number | undefined
}

/** What {@link SvdOptions} says, for the command line. */
export const svdOptions: Readonly<Record<keyof SvdOptions, OptionSpec>> = {
  full: { kind: 'flag', description: 'U m x m and V n x n, not only their first min(m, n) columns' },
  tile: { kind: 'tile', description: 'square tiles to work on, and of U and V', otherwise: "A's, or 512 or 1024" },
  band: { kind: 'whole', least: 1, description: 'superdiagonals of the band between the stages', otherwise: '64' },
  ...svdRankOptions,
}

/** Smaller extents up to which one task does all, and larger ones: measured, see docs/performance.md. */
const denseOrder = 1024
/** Elements of a whole matrix that one task takes. */
const denseElements = 2 ** 20
/** Orders up to which small tiles are better: they keep two slots at work; larger ones make fewer tasks. */
const smallOrder = 2048
/** Sides of tiles with which the reduction to a band is fast, and the one that is taken when A's are others. */
const goodTiles = {
  small: { least: 256, most: 1024, otherwise: 512 },
  large: { least: 768, most: 2048, otherwise: 1024 },
}
/** Bandwidth: wider makes the products faster and the bulge chase slower. */
const defaultBand = 64
/** Columns of a block of reflectors of QR: a larger one makes it costlier and the products with Q faster. */
const reflectorBlock = { values: 64, vectors: 256, square: 128 }
/** The vectors of the bidiagonal matrix are one tile, which is one buffer. */
const largestVectors: Readonly<Record<Dtype, number>> = { float64: 16_383, float32: 23_170 }

/** A, or its transpose, as one that is at least as tall as wide. */
interface Shape {
  readonly m: number
  readonly n: number
  /** Tile of what is seen: mb x nb. */
  readonly mb: number
  readonly nb: number
  readonly isTransposed: boolean
}

/**
 * Singular value decomposition A = U diag(s) V^T of any m x n matrix, s descending, U and V with orthonormal columns: the first min(m, n)
 * of them, or all with `full`. A wide matrix is done as its transpose.
 *
 * Tall: QR first (a tree for few columns), then R. In two stages: to a band by tiles, by QR and LQ of panels in turn (BDFAC of numpywren), to
 * a bidiagonal matrix by bulge chasing in one task, its values by dqds or values and vectors by divide and conquer (LAPACK xBDSQR,
 * xBDSDC); small matrices by xGESDD in one task; with `rank` by random vectors, see {@link planTruncated}. 8/3 n^3 flops for n x n, about 16 n^3 more with vectors.
 * @throws InputError when vectors do not fit one buffer on the way, or tile and band do not go together; NotConvergedError
 */
export const svd: ProgramSpec<SvdOptions> = {
  name: 'svd',
  summary: 'A = U diag(s) V^T, s descending; vectors only where they are asked for',
  program: 'svd_square',
  examples: [
    'numpywren svd work/A -s work/S',
    'numpywren svd work/A -s work/S -u work/U -v work/V',
    'numpywren svd work/A -s work/S -u work/U -v work/V --rank 20',
  ],
  operands: [{ name: 'A', description: 'm x n' }],
  results: [
    {
      name: 'S',
      option: 'values',
      short: 's',
      description: 'the singular values, min(m, n), descending',
      when: 'always',
    },
    { name: 'U', option: 'left', short: 'u', description: 'U, m x min(m, n)', when: 'asked' },
    { name: 'V', option: 'right', short: 'v', description: 'V, n x min(m, n)', when: 'asked' },
  ],
  options: svdOptions,
  plan(call) {
    const shape = shapeOf(call)
    const { m, n } = shape
    const { full = false, tile, band, rank } = call.options
    if (rank !== undefined) {
      if (full || tile !== undefined || band !== undefined) {
        throw new InputError('svd: --rank goes without --full, --tile and --band')
      }
      return planTruncated(call, rank)
    }
    if (tile !== undefined && tile[0] !== tile[1]) {
      throw new InputError(`svd takes square tiles; --tile says ${tile.join('x')}`)
    }
    const isFull = full && m > n
    if (band === undefined && n <= denseOrder) {
      if (m * n <= denseElements) return inOneTile(call, shape)
      if (!isFull) return tall(call, shape)
    }
    return inTwoStages(call, shape, isFull)
  },
  report(results, parameters) {
    return parameters.rank === undefined ? { facts: {}, warnings: [] } : reportTruncated(results, parameters)
  },
}

type Call = AlgorithmCall<SvdOptions>

function shapeOf(call: Call): Shape {
  const { m, n, mb, nb } = dimensions(call.operand('A'))
  const isTransposed = m < n
  return isTransposed ? { m: n, n: m, mb: nb, nb: mb, isTransposed } : { m, n, mb, nb, isTransposed }
}

/** What every program is bound to; of a wide A the left vectors of the program are V. */
function common(
  call: Call,
  shape: Shape,
  tiles: { readonly u: readonly [number, number]; readonly v: readonly [number, number] },
) {
  const A = call.operand('A')
  const { m, n, isTransposed } = shape
  const dtype = tileDtype(A.layout)
  const [left, right] = isTransposed ? ['V', 'U'] : ['U', 'V']
  const columns = call.options.full ? m : n
  const layout = (rows: number, cols: number, [mb, nb]: readonly [number, number]): Layout => ({
    shape: [rows, cols],
    tile: [Math.min(mb, rows), Math.min(nb, cols)],
    dtype,
  })
  const [wantsLeft, wantsRight] = [call.isAsked(left), call.isAsked(right)]
  return {
    dtype,
    hasVectors: wantsLeft || wantsRight,
    wanted: { left: wantsLeft ? 1 : 0, right: wantsRight ? 1 : 0 },
    bindings: {
      s: { ...call.place('S'), layout: { shape: [n], tile: [n], dtype } },
      ...(wantsLeft ? { U: { ...call.place(left), layout: layout(m, columns, tiles.u) } } : {}),
      ...(wantsRight ? { V: { ...call.place(right), layout: layout(n, n, tiles.v) } } : {}),
    },
    results: { S: 's', ...(wantsLeft ? { [left]: 'U' } : {}), ...(wantsRight ? { [right]: 'V' } : {}) },
  }
}

/** A, or its transpose, in tiles of this shape. */
function operand(call: Call, { isTransposed }: Shape, [mb, nb]: readonly [number, number]) {
  const A = call.operand('A')
  return isTransposed ? inputTiled(A, [nb, mb], { kind: 'transposed' }) : inputTiled(A, [mb, nb])
}

function inOneTile(call: Call, shape: Shape): Algorithm {
  const { m, n, mb, nb } = shape
  const { tile } = call.options
  const [rows, cols] = [Math.min(tile?.[0] ?? mb, m), Math.min(tile?.[1] ?? nb, n)]
  const { hasVectors, wanted, bindings, results } = common(call, shape, { u: [rows, rows], v: [cols, cols] })
  const full = call.options.full ? 1 : 0
  return {
    name: 'svd',
    program: shipped(hasVectors ? 'svd_tile' : 'svd_tile_values'),
    args: hasVectors ? { m, n, mb: rows, nb: cols, full, ...wanted } : {},
    bindings: { A: operand(call, shape, [m, n]), ...bindings },
    parameters: { m, n, method: 'one tile' },
    results,
  }
}

function tall(call: Call, shape: Shape): Algorithm {
  const { m, n, mb, nb } = shape
  const rows = nb >= n && mb >= n ? Math.min(mb, m) : Math.min(m, mb * Math.ceil((2 * n) / mb))
  const M = Math.ceil(m / rows)
  const { hasVectors, wanted, bindings, results } = common(call, shape, { u: [rows, n], v: [n, n] })
  return {
    name: 'svd',
    program: shipped(hasVectors ? 'svd_tall' : 'svd_tall_values'),
    args: {
      M,
      d: 1,
      ib: Math.min(hasVectors ? reflectorBlock.vectors : reflectorBlock.values, n),
      ...(hasVectors ? wanted : {}),
    },
    bindings: { A: operand(call, shape, [rows, n]), ...bindings },
    parameters: { m, n, method: 'tree', tile: rows },
    results,
  }
}

function inTwoStages(call: Call, shape: Shape, isFull: boolean): Algorithm {
  const { m, n } = shape
  const { t, b } = tileAndBand(call, shape)
  const { dtype, hasVectors, wanted, bindings, results } = common(call, shape, { u: [t, t], v: [t, t] })
  if (hasVectors && n > largestVectors[dtype]) {
    throw new InputError(
      `svd: the singular vectors of ${call.operand('A').url}, of order ${n}, do not fit one buffer on the way (${dtype}: ${largestVectors[dtype]} at most); ask for the singular values alone`,
    )
  }
  const isSquare = m === n
  const M = Math.ceil(m / t)
  const tree = { m, d: M, ib: Math.min(reflectorBlock.square, t) }
  return {
    name: 'svd',
    program: shipped(`svd_${isSquare ? 'square' : 'qr'}${hasVectors ? '' : '_values'}`),
    args: {
      n,
      t,
      b,
      ...(isSquare ? {} : tree),
      ...(hasVectors ? wanted : {}),
      ...(hasVectors && !isSquare ? { full: isFull ? 1 : 0 } : {}),
    },
    bindings: { A: operand(call, shape, [t, t]), ...bindings },
    parameters: { m, n, method: 'two stages', tile: t, band: b },
    results,
  }
}

/** Side of the tiles to work on, and bandwidth, a divisor of it where there are several. */
function tileAndBand(call: Call, { m, n, mb, nb }: Shape): { readonly t: number; readonly b: number } {
  const { tile, band } = call.options
  const good = n <= smallOrder ? goodTiles.small : goodTiles.large
  const isGood = mb === nb && mb >= good.least && mb <= good.most
  const side = tile?.[0] ?? (isGood ? mb : good.otherwise)
  const b = Math.min(n, band ?? (tile === undefined ? defaultBand : divisorOf(side)))
  if (side % b === 0 || side >= n) return { t: Math.min(side, Math.max(m, n)), b }
  if (tile === undefined) return { t: Math.min(b * Math.ceil(side / b), Math.max(m, n)), b }
  throw new InputError(`svd: the tile, ${side}, is no multiple of the band, ${b}; give another --tile or --band`)
}

/** The largest divisor of a side up to the usual band. */
function divisorOf(side: number): number {
  for (let b = Math.min(side, defaultBand); b > 1; b--) if (side % b === 0) return b
  return 1
}
