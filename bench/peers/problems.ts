/** What is measured: the same problems for numpywren and for its peers. */

export type ProblemName = 'cholesky' | 'gemm' | 'qr' | 'lu' | 'solve' | 'svdvals' | 'eigvals' | 'tsqr' | 'tssvd'

export interface Problem {
  readonly name: ProblemName
  /** Heading of its table. */
  readonly title: string
  /** Operands, each a file that bench/peers/prepare.py writes. */
  readonly operands: readonly ('A' | 'B')[]
  /** Rows and columns of A from the order that the benchmark was asked for. */
  size(n: number): readonly [number, number]
  /** Rows and columns of a tile of A, for numpywren, Dask and Cubed. */
  tile(n: number, tile: number): readonly [number, number]
  /** numpywren's command, given where a matrix of a name lies. */
  command(at: (name: string) => string): readonly string[]
}

type Rest = Pick<Problem, 'title' | 'command'> & Partial<Omit<Problem, 'name'>>

function square(name: ProblemName, rest: Rest): Problem {
  return { name, operands: ['A'], size: (n) => [n, n], tile: (_, tile) => [tile, tile], ...rest }
}

/** 32 n x n / 32: of 8192, 262144 x 256. */
function tall(name: ProblemName, rest: Rest): Problem {
  return {
    name,
    operands: ['A'],
    size: (n) => [32 * n, Math.ceil(n / 32)],
    tile: (n) => [n, Math.ceil(n / 32)],
    ...rest,
  }
}

/** Half the order, as singular values and eigenvalues of 8192 would take minutes. */
const half = (n: number): readonly [number, number] => [n / 2, n / 2]

/** Columns of B in `solve`, as in peer.h and peer.py. */
export const rightHandSides = 16

/** In the order of the report. */
export const problems: readonly Problem[] = [
  square('cholesky', { title: 'cholesky', command: (at) => ['cholesky', at('A'), '-o', at('L')] }),
  square('gemm', { title: 'gemm', operands: ['A', 'B'], command: (at) => ['gemm', at('A'), at('B'), '-o', at('C')] }),
  square('qr', { title: 'qr, R only', command: (at) => ['qr', at('A'), '-o', at('R')] }),
  square('lu', { title: 'lu', command: (at) => ['lu', at('A'), '-o', at('lu')] }),
  square('solve', {
    title: `solve, general matrix, ${rightHandSides} right-hand sides`,
    operands: ['A', 'B'],
    command: (at) => ['solve', at('A'), at('B'), '-o', at('X')],
  }),
  square('svdvals', {
    title: 'svd, singular values only',
    size: half,
    command: (at) => ['svd', at('A'), '-s', at('s.npy')],
  }),
  square('eigvals', {
    title: 'eigh, eigenvalues only',
    size: half,
    command: (at) => ['eigh', at('A'), '-w', at('w.npy')],
  }),
  tall('tsqr', { title: 'tsqr, Q and R', command: (at) => ['tsqr', at('A'), '-o', at('R'), '-q', at('Q')] }),
  tall('tssvd', {
    title: 'svd of a tall matrix, U, s and V',
    command: (at) => ['svd', at('A'), '-s', at('s.npy'), '-u', at('U'), '-v', at('V')],
  }),
]

/** @throws RangeError for a name that is not known */
export function problemOf(name: string): Problem {
  const found = problems.find((problem) => problem.name === name)
  if (found) return found
  throw new RangeError(
    `no problem is called ${JSON.stringify(name)}; known are ${problems.map((p) => p.name).join(', ')}`,
  )
}
