/** The randomised singular value decomposition: the largest values and their vectors of a matrix of low rank, or nearly so. */

import { InputError } from '../errors.ts'
import { type BigMatrix, type Layout, tileDtype } from '../matrix/index.ts'
import { type Algorithm, dimensions, inputTiled, shipped } from './algorithm.ts'
import type { AlgorithmCall, OptionSpec, Report } from './spec.ts'

export interface SvdRankOptions {
  /** Compute only this many of the largest singular values, by a randomised method. */
  readonly rank?: number | undefined
  /** Random vectors beyond the rank. @default 10 */
  readonly oversampling?: number | undefined
  /** Products with A A^T that bring the random vectors closer to the range. @default 2 */
  readonly powerIterations?: number | undefined
  /** Of the random vectors. @default 0 */
  readonly seed?: number | undefined
}

/** What {@link SvdRankOptions} says, for the command line. */
export const svdRankOptions: Readonly<Record<keyof SvdRankOptions, OptionSpec>> = {
  rank: { kind: 'whole', least: 1, description: 'only that many of the largest values, by a randomised method' },
  oversampling: { kind: 'whole', description: 'with --rank: random vectors beyond it', otherwise: '10' },
  powerIterations: { kind: 'whole', description: 'with --rank: power iterations', otherwise: '2' },
  seed: { kind: 'whole', description: 'with --rank: of the random vectors', otherwise: '0' },
}

/** Random vectors of the estimate of the error, which is too small with probability 10^-probes. */
const probes = 10
/** Columns of a block of reflectors. */
const reflectorBlock = 64

/**
 * A is about U diag(s) V^T of the given rank k: Halko, Martinsson, Tropp, "Finding structure with randomness", SIAM Review 53(2), 2011, algorithms
 * 4.4 and 5.1. (2 q + 2) products with A of 2 m n (k + p) flops each, for q power iterations and oversampling p.
 * @throws InputError when the rank exceeds min(m, n)
 */
export function planTruncated(call: AlgorithmCall<SvdRankOptions>, rank: number): Algorithm {
  const A = call.operand('A')
  const { m, n, mb, nb } = dimensions(A)
  const { oversampling = 10, powerIterations = 2, seed = 0 } = call.options
  if (rank > Math.min(m, n)) {
    throw new InputError(`svd: ${A.url} is ${m} x ${n}, so its rank is at most ${Math.min(m, n)}; --rank says ${rank}`)
  }
  if (seed > 2 ** 32 - 2) throw new InputError(`svd: --seed says ${seed}; at most ${2 ** 32 - 2} is wanted`)
  const l = Math.min(rank + oversampling, m, n)
  // Every tile of rows must be at least as tall as the block of vectors is wide.
  const tall = (tile: number, extent: number): number => Math.min(extent, tile * Math.ceil((2 * l) / tile))
  const [rows, cols] = [tall(mb, m), tall(nb, n)]
  const [M, N] = [Math.ceil(m / rows), Math.ceil(n / cols)]
  const dtype = tileDtype(A.layout)
  const [wantsU, wantsV] = [call.isAsked('U'), call.isAsked('V')]
  const block = (extent: number, tile: number): Layout => ({ shape: [extent, rank], tile: [tile, rank], dtype })
  return {
    name: 'svd',
    program: shipped('svd_rank'),
    args: {
      M,
      N,
      dm: 1,
      dn: 1,
      nb: cols,
      k: rank,
      l,
      power: powerIterations,
      probes: Math.min(probes, m, n),
      seed,
      left: wantsU ? 1 : 0,
      right: wantsV ? 1 : 0,
      ib: Math.min(reflectorBlock, l),
    },
    bindings: {
      A: inputTiled(A, [rows, cols]),
      s: { ...call.place('S'), layout: { shape: [rank], tile: [rank], dtype } },
      sl: { ...call.scratch('values-of-the-range'), layout: { shape: [l], tile: [l], dtype } },
      E: {
        ...call.scratch('probes'),
        layout: { shape: [l, l].map(() => Math.min(probes, m, n)), tile: [probes, probes], dtype },
      },
      ...(wantsU ? { U: { ...call.place('U'), layout: block(m, rows) } } : {}),
      ...(wantsV ? { V: { ...call.place('V'), layout: block(n, cols) } } : {}),
    },
    parameters: { m, n, method: 'randomised', rank, oversampling, powerIterations, seed, vectors: l },
    results: {
      S: 's',
      valuesOfRange: 'sl',
      probes: 'E',
      ...(wantsU ? { U: 'U' } : {}),
      ...(wantsV ? { V: 'V' } : {}),
    },
  }
}

/**
 * How far U diag(s) V^T may be from A in the 2-norm: 10 sqrt(2 / pi) max ||(I - Q Q^T) A w|| over random vectors w (Halko et al., 4.3), and the
 * first value that was left out.
 */
export async function reportTruncated(
  { S, valuesOfRange, probes: probed }: Readonly<Record<string, BigMatrix>>,
  parameters: Readonly<Record<string, unknown>>,
): Promise<Report> {
  const rank = Number(parameters.rank)
  const all = (await valuesOfRange!.read()).data
  const triangle = (await probed!.read()).data
  const count = probed!.layout.shape[1] ?? 1
  let largest = 0
  for (let c = 0; c < count; c++) {
    largest = Math.max(largest, Math.hypot(...Array.from({ length: count }, (_, r) => Number(triangle[r * count + c]))))
  }
  const range = 10 * Math.sqrt(2 / Math.PI) * largest
  const next = rank < all.length ? Number(all[rank]) : 0
  const error = range + next
  const first = Number((await S!.read()).data[0])
  const warnings =
    error > first / 2
      ? [
          `the part that was left out may be as large as ${error.toPrecision(3)} and the largest singular value is ${first.toPrecision(3)}: A is not near a matrix of rank ${rank}`,
        ]
      : []
  return { facts: { error, rangeError: range, nextValue: next }, warnings }
}
