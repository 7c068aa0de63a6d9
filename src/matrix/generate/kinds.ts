import type { Dtype } from '../../kernels/index.ts'
import { type Element, type GalleryName, gallery } from './gallery.ts'
import { permutation } from './permutation.ts'
import { type Block, normalBlock, seeded, uniformBlock } from './random-block.ts'
import { reflectedDiagonal, reflectedSymmetric } from './reflected-diagonal.ts'
import type { SpectrumOptions } from './spectrum.ts'

/** Writes a rectangle of a test matrix. */
export type BlockWriter = (block: Block) => void

/** What a kind of matrix may depend on. */
export interface KindParameters extends SpectrumOptions {
  readonly shape: readonly [number, number]
  readonly dtype: Dtype
}

export interface Kind {
  /** One line for `--help`. */
  readonly summary: string
  readonly isSquareOnly: boolean
  writer(parameters: KindParameters): BlockWriter
}

export type KindName = 'uniform' | 'normal' | 'spd' | 'svd' | 'poev' | 'heev' | 'permutation' | GalleryName

/** The test matrices; indices count from 0. */
export const kinds: Readonly<Record<KindName, Kind>> = {
  uniform: {
    summary: 'independent, uniform in [0, 1)',
    isSquareOnly: false,
    writer: ({ seed, dtype }) => {
      const philox = seeded(seed)
      return (block) => {
        uniformBlock(philox, block)
        if (dtype === 'float32') cutToSingle(block)
      }
    },
  },
  normal: {
    summary: 'independent, standard normal',
    isSquareOnly: false,
    writer: ({ seed }) => {
      const philox = seeded(seed)
      return (block) => normalBlock(philox, block)
    },
  },
  spd: {
    summary: 'symmetric positive definite: uniform in [0, 1), n added to the diagonal; eigenvalues between 1 and 2n',
    isSquareOnly: true,
    writer: ({ shape: [n], seed }) => spdWriter(n, seed),
  },
  svd: {
    summary: 'given singular values (--mode, --cond, --rank), random singular vectors',
    isSquareOnly: false,
    writer: reflectedDiagonal,
  },
  poev: {
    summary: 'symmetric with the given eigenvalues (--mode, --cond, --rank), random eigenvectors',
    isSquareOnly: true,
    writer: reflectedSymmetric('positive'),
  },
  heev: {
    summary: 'as poev, with random signs of the eigenvalues',
    isSquareOnly: true,
    writer: reflectedSymmetric('random'),
  },
  permutation: {
    summary: 'one 1 in every row and column, in random places',
    isSquareOnly: true,
    writer: permutation,
  },
  ...(Object.fromEntries(
    Object.entries(gallery).map(([name, { summary, isSquareOnly, element }]) => [
      name,
      { summary, isSquareOnly, writer: (parameters) => elementwise(element(parameters)) } satisfies Kind,
    ]),
  ) as Record<GalleryName, Kind>),
}

/** Keeps 24 bits of numbers in [0, 1): rounding to single precision would make 1 of the largest. */
function cutToSingle({ out, ld, rows, cols }: Block): void {
  for (let j = 0; j < cols; j++) {
    for (let at = j * ld; at < j * ld + rows; at++) out[at] = Math.floor(out[at]! * 2 ** 24) * 2 ** -24
  }
}

function elementwise(element: Element): BlockWriter {
  return ({ out, ld, r0, c0, rows, cols }) => {
    for (let j = 0; j < cols; j++) {
      for (let i = 0; i < rows; i++) out[i + j * ld] = element(r0 + i, c0 + j)
    }
  }
}

/**
 * a(i,j) = a(j,i) = u(max(i,j), min(i,j)) in [0, 1), and n more on the diagonal. By Gershgorin's theorem every eigenvalue exceeds
 * n - (n - 1) = 1 and stays below 2n, whatever n; symmetric to the last bit, because both halves come from one counter.
 */
function spdWriter(n: number, seed: number): BlockWriter {
  const philox = seeded(seed)
  return ({ out, ld, r0, c0, rows, cols }) => {
    const isBelow = r0 + rows > c0
    if (isBelow) uniformBlock(philox, { out, ld, r0, c0, rows, cols })
    if (c0 + cols - 1 > r0) {
      const mirror = new Float64Array(rows * cols)
      uniformBlock(philox, { out: mirror, ld: cols, r0: c0, c0: r0, rows: cols, cols: rows })
      for (let j = 0; j < cols; j++) {
        for (let i = 0; i < Math.min(rows, c0 + j - r0); i++) out[i + j * ld] = mirror[j + i * cols]!
      }
    }
    for (let j = Math.max(0, r0 - c0); j < Math.min(cols, r0 + rows - c0); j++) {
      const at = c0 + j - r0 + j * ld
      out[at] = out[at]! + n
    }
  }
}
