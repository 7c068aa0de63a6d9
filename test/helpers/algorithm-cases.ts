/** One small problem for every algorithm of the catalogue, as command lines. */

import type { Generated } from './generated.ts'

/** A problem: matrices to generate, and the command without its name and the places of its results. */
export interface AlgorithmCase {
  readonly inputs: readonly Generated[]
  readonly operands: readonly string[]
  readonly flags?: readonly string[]
  /** Options for results, with a name below the folder of the run: `['-q', 'Q']`. */
  readonly results: readonly (readonly [option: string, name: string])[]
}

const n = 220
const tile = 48
const general = { kind: 'normal', name: 'A', shape: [n, n], tile, seed: 5 } as const
const fine = { ...general, tile: 20 } as const
const definite = { ...general, kind: 'spd' } as const
const tall = { kind: 'normal', name: 'A', shape: [900, 90], tile: [64, 90], seed: 6 } as const
const right = { kind: 'normal', name: 'B', shape: [n, 40], tile: [tile, 20], seed: 7 } as const

export const algorithmCases: Readonly<Record<string, AlgorithmCase>> = {
  cholesky: { inputs: [definite], operands: ['A'], results: [['-o', 'L']] },
  gemm: { inputs: [general, right], operands: ['A', 'B'], results: [['-o', 'C']] },
  qr: {
    inputs: [general],
    operands: ['A'],
    results: [
      ['-o', 'R'],
      ['-q', 'Q'],
    ],
  },
  tsqr: {
    inputs: [tall],
    operands: ['A'],
    results: [
      ['-o', 'R'],
      ['-q', 'Q'],
    ],
  },
  lu: { inputs: [general], operands: ['A'], results: [['-o', 'LU']] },
  solve: { inputs: [general, right], operands: ['A', 'B'], results: [['-o', 'X']] },
  lstsq: {
    inputs: [tall, { kind: 'normal', name: 'B', shape: [900, 3], tile: [64, 3], seed: 8 }],
    operands: ['A', 'B'],
    results: [['-o', 'X']],
  },
  inv: { inputs: [general], operands: ['A'], results: [['-o', 'X']] },
  svd: {
    inputs: [general],
    operands: ['A'],
    flags: ['--tile', '64', '--band', '32'],
    results: [
      ['-s', 'S.npy'],
      ['-u', 'U'],
      ['-v', 'V'],
    ],
  },
  transpose: { inputs: [fine], operands: ['A'], results: [['-o', 'B']] },
  reshard: { inputs: [fine], operands: ['A'], flags: ['--tile', '37x50'], results: [['-o', 'B']] },
  map: { inputs: [fine], operands: ['A'], flags: ['--op', 'exp'], results: [['-o', 'C']] },
  sum: { inputs: [fine], operands: ['A'], flags: ['--axis', '0'], results: [['-o', 'S']] },
  pca: {
    inputs: [tall],
    operands: ['A'],
    flags: ['--components', '5'],
    results: [
      ['-o', 'C'],
      ['-t', 'T'],
    ],
  },
  eigh: {
    inputs: [definite],
    operands: ['A'],
    flags: ['--tile', '64', '--band', '32'],
    results: [
      ['-w', 'W.npy'],
      ['-v', 'V'],
    ],
  },
}
