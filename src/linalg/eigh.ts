import { InputError } from '../errors.ts'
import type { Dtype } from '../kernels/index.ts'
import { type BigMatrix, tileDtype } from '../matrix/index.ts'
import { inputTiled, requireSquare, shipped, tiledAs } from './algorithm.ts'
import { inspectStructure } from './inspect.ts'
import type { OptionSpec, ProgramSpec } from './spec.ts'

export interface EighOptions {
  /** Take A as symmetric: its lower half counts, the other one is not looked at. @default found by inspection */
  readonly assume?: 'symmetric' | undefined
  /** Rows and columns of the tiles worked on and of V. @default those of A when they are of a good size */
  readonly tile?: readonly [number, number] | undefined
  /** Subdiagonals of the band between the two stages. */
  readonly band?: number | undefined
}

/** What {@link EighOptions} says, for the command line. */
export const eighOptions: Readonly<Record<keyof EighOptions, OptionSpec>> = {
  assume: {
    kind: 'choice',
    choices: ['symmetric'],
    description: 'take A as symmetric; its lower half counts',
    otherwise: 'found by inspection',
  },
  tile: { kind: 'tile', description: 'square tiles to work on, and of V', otherwise: "A's, or 512" },
  band: { kind: 'whole', least: 1, description: 'subdiagonals of the band between the stages', otherwise: '96' },
}

/** Orders up to which one task does all: measured, see docs/performance.md. */
const denseOrder = 1536
/** Sides of tiles with which the reduction to a band is fast, and the one that is taken when A's are others. */
const goodTiles = { least: 256, most: 1024, otherwise: 512 }
/** Bandwidth: wider makes the products faster and the bulge chase slower. */
const defaultBand = 96
/** The vectors of the tridiagonal matrix are one tile, which is one buffer. */
const largestVectors: Readonly<Record<Dtype, number>> = { float64: 16_384, float32: 23_170 }

/**
 * Eigenvalues, ascending, and eigenvectors of a symmetric matrix: A = V diag(w) V^T, A V = V diag(w).
 *
 * To a band by tiles, to a tridiagonal matrix by bulge chasing in one task, its values by the QL iteration or values and vectors by
 * divide and conquer (LAPACK xSYEVD_2STAGE); small matrices by xSYEVD in one task. 4/3 n^3 flops, about 8 n^3 with vectors. A is n x n; its lower half is read.
 * @throws InputError when A is not square, or not symmetric; NotConvergedError
 */
export const eigh: ProgramSpec<EighOptions> = {
  name: 'eigh',
  summary: 'A = V diag(w) V^T with A symmetric: eigenvalues, ascending, and eigenvectors',
  examples: ['numpywren eigh work/A -w work/w', 'numpywren eigh work/A -w work/w -v work/V'],
  program: 'syevd_2stage',
  operands: [{ name: 'A', description: 'n x n, symmetric; its lower half is read' }],
  results: [
    { name: 'W', option: 'values', short: 'w', description: 'the eigenvalues, n, ascending', when: 'always' },
    { name: 'V', option: 'vectors', short: 'v', description: 'the eigenvectors, the columns of n x n', when: 'asked' },
  ],
  options: eighOptions,
  async plan(call) {
    const A = call.operand('A')
    const { n, nb } = requireSquare(A, 'eigh')
    const { assume, band } = call.options
    if (assume === undefined) await requireSymmetric(A, call.signal)
    const wantsVectors = call.isAsked('V')
    const dtype = tileDtype(A.layout)
    const limit = largestVectors[dtype]
    if (wantsVectors && n > limit) {
      throw new InputError(
        `eigh: the eigenvectors of ${A.url}, of order ${n}, do not fit one buffer on the way (${dtype}: ${limit} at most); ask for the eigenvalues alone`,
      )
    }
    const isDense = n <= denseOrder && band === undefined
    const t = tileSide(n, nb, call.options.tile)
    const b = Math.min(band ?? defaultBand, n)
    const name = `syevd${isDense ? '' : '_2stage'}${wantsVectors ? '_vectors' : ''}`
    const vectors = { ...call.place('V'), layout: { shape: [n, n], tile: [t, t], dtype } }
    return {
      name: 'eigh',
      program: shipped(name),
      args: { n, t, ...(isDense ? {} : { b }) },
      bindings: {
        A: inputTiled(A, [t, t], { kind: 'symmetric', stored: 'lower' }),
        W: { ...call.place('W'), layout: { shape: [n], tile: [n], dtype } },
        ...(wantsVectors ? { V: vectors } : {}),
      },
      parameters: { n, tile: t, band: isDense ? 0 : b },
      results: { W: 'W', ...(wantsVectors ? { V: 'V' } : {}) },
    }
  },
}

/** @throws InputError unless A is symmetric */
async function requireSymmetric(A: BigMatrix, signal: AbortSignal | undefined): Promise<void> {
  const structure = await inspectStructure(A, { signal })
  if (structure === 'symmetric' || (structure === 'lower' && (await isDiagonal(A, signal)))) return
  throw new InputError(
    `${A.url} is not symmetric; if its lower half is what counts, say so with --assume symmetric (a general matrix has complex eigenvalues, which are not computed here)`,
  )
}

/** True when a matrix whose upper half is zeros has a zero lower half as well. */
async function isDiagonal(A: BigMatrix, signal: AbortSignal | undefined): Promise<boolean> {
  const { nb, nt } = requireSquare(A, 'eigh')
  const tiled = tiledAs(A, [nb, nb])
  for (let j = 0; j < nt; j++) {
    for (let i = j; i < nt; i++) {
      const { data, rows, cols, ld } = await tiled.readTile([i, j], { signal })
      for (let c = 0; c < cols; c++) {
        for (let r = i === j ? c + 1 : 0; r < rows; r++) if (data[c * ld + r] !== 0) return false
      }
    }
  }
  return true
}

/** The side of the tiles to work on. */
function tileSide(n: number, nb: number, tile: EighOptions['tile']): number {
  if (tile !== undefined) {
    if (tile[0] !== tile[1]) throw new InputError(`eigh takes square tiles; --tile says ${tile.join('x')}`)
    return tile[0]
  }
  const { least, most, otherwise } = goodTiles
  return nb <= most && (nb >= least || nb >= n) ? nb : otherwise
}
