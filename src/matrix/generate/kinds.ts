import type { Dtype } from '../../kernels/index.ts'
import { type Block, normalBlock, seeded, uniformBlock } from './random-block.ts'
import { reflectedDiagonal } from './reflected-diagonal.ts'

/** Writes a rectangle of a test matrix. */
export type BlockWriter = (block: Block) => void

/** What a kind of matrix may depend on. */
export interface KindParameters {
  readonly shape: readonly [number, number]
  readonly dtype: Dtype
  readonly seed: number
  readonly cond: number
}

export interface Kind {
  /** One line for `--help`. */
  readonly summary: string
  readonly isSquareOnly: boolean
  writer(parameters: KindParameters): BlockWriter
}

export type KindName = 'uniform' | 'normal' | 'spd' | 'hilbert' | 'kahan' | 'wilkinson' | 'svd'

/** The angle of Kahan's matrix, as in MATLAB's gallery. */
const kahanTheta = 1.2

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
  hilbert: {
    summary: '1 / (i + j + 1), very ill conditioned',
    isSquareOnly: false,
    writer: () => elementwise((r, c) => 1 / (r + c + 1)),
  },
  kahan: {
    summary: 'upper triangular, sin(1.2)^i times 1 on the diagonal and -cos(1.2) above it; deceives pivoted QR',
    isSquareOnly: false,
    writer: () => {
      const s = Math.sin(kahanTheta)
      const c = Math.cos(kahanTheta)
      return elementwise((i, j) => (i > j ? 0 : s ** i * (i === j ? 1 : -c)))
    },
  },
  wilkinson: {
    summary:
      '1 on the diagonal and in the last column, -1 below the diagonal; LU with partial pivoting grows to 2^(n-1)',
    isSquareOnly: true,
    writer: ({ shape: [n] }) => elementwise((i, j) => (i === j || j === n - 1 ? 1 : i > j ? -1 : 0)),
  },
  svd: {
    summary: 'singular values from 1 down to 1 / cond in geometric steps, random singular vectors',
    isSquareOnly: false,
    writer: reflectedDiagonal,
  },
}

/** Keeps 24 bits of numbers in [0, 1): rounding to single precision would make 1 of the largest. */
function cutToSingle({ out, ld, rows, cols }: Block): void {
  for (let j = 0; j < cols; j++) {
    for (let at = j * ld; at < j * ld + rows; at++) out[at] = Math.floor(out[at]! * 2 ** 24) * 2 ** -24
  }
}

function elementwise(element: (r: number, c: number) => number): BlockWriter {
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
