/** One small problem for every algorithm of the catalogue, as command lines. */

/** A problem: matrices to generate, and the command without its name and the places of its results. */
export interface AlgorithmCase {
  /** Arguments of `generate`: kind, name, and the rest. */
  readonly inputs: readonly (readonly string[])[]
  readonly operands: readonly string[]
  readonly flags?: readonly string[]
  /** Options for results, with a name below the folder of the run: `['-q', 'Q']`. */
  readonly results: readonly (readonly [option: string, name: string])[]
}

const n = '300'
const tile = '48'
const general = ['normal', 'A', '--shape', n, '--tile', tile, '--seed', '5'] as const
const fine = ['normal', 'A', '--shape', n, '--tile', '20', '--seed', '5'] as const
const definite = ['spd', 'A', '--shape', n, '--tile', tile, '--seed', '5'] as const
const tall = ['normal', 'A', '--shape', '1300x90', '--tile', '64x90', '--seed', '6'] as const
const right = ['normal', 'B', '--shape', `${n}x40`, '--tile', `${tile}x20`, '--seed', '7'] as const

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
    inputs: [tall, ['normal', 'B', '--shape', '1300x3', '--tile', '64x3', '--seed', '8']],
    operands: ['A', 'B'],
    results: [['-o', 'X']],
  },
  inv: { inputs: [general], operands: ['A'], results: [['-o', 'X']] },
  svd: {
    inputs: [general],
    operands: ['A'],
    flags: ['--tile', '48', '--band', '24'],
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
    flags: ['--tile', '48', '--band', '24'],
    results: [
      ['-w', 'W.npy'],
      ['-v', 'V'],
    ],
  },
}
