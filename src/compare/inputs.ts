import { InputError } from '../errors.ts'
import type { GenerateOptions, KindName } from '../matrix/index.ts'

/** A matrix that is generated for a comparison. */
export interface ComparedInput {
  /** Operand of the algorithm. */
  readonly name: string
  readonly kind: KindName
  readonly shape: readonly [number, number]
  /** @default that of generated matrices */
  readonly tile?: GenerateOptions['tile']
}

interface Wanted {
  readonly rows: number
  readonly cols: number
  readonly tile: readonly [number, number] | undefined
}

type InputsOf = (wanted: Wanted) => readonly ComparedInput[]

const general: InputsOf = ({ rows, cols, tile }) => [{ name: 'A', kind: 'normal', shape: [rows, cols], tile }]
const definite: InputsOf = ({ rows, cols, tile }) => [{ name: 'A', kind: 'spd', shape: [rows, cols], tile }]

/** Right-hand sides of a system: a tenth of its columns, one tile wide at most. */
const withRight: InputsOf = (wanted) => {
  const { rows, cols, tile } = wanted
  const width = Math.max(1, Math.min(Math.ceil(cols / 10), tile?.[1] ?? 1024))
  const of = tile === undefined ? undefined : ([tile[0], width] as const)
  return [...general(wanted), { name: 'B', kind: 'normal', shape: [rows, width], tile: of }]
}

/** What each algorithm takes; those that need more than a shape to be generated from are not compared. */
const inputs: Readonly<Record<string, InputsOf>> = {
  cholesky: definite,
  gemm: ({ rows, cols, tile }) => [
    { name: 'A', kind: 'normal', shape: [rows, cols], tile },
    { name: 'B', kind: 'normal', shape: [cols, rows], tile: tile && [tile[1], tile[0]] },
  ],
  lu: general,
  inv: general,
  solve: withRight,
  lstsq: withRight,
  qr: general,
  tsqr: general,
  eigh: definite,
  svd: general,
  pca: general,
  transpose: general,
}

const squareOnly = ['cholesky', 'inv', 'solve', 'eigh']

/** Algorithms that can be compared. */
export const comparableAlgorithms: readonly string[] = Object.keys(inputs)

/** The inputs of an algorithm, for a first operand of this shape. @throws InputError for an algorithm that is not compared, or a shape that it does not take */
export function inputsOf(
  algorithm: string,
  [rows, cols]: readonly [number, number],
  tile: Wanted['tile'],
): readonly ComparedInput[] {
  const of = Object.hasOwn(inputs, algorithm) ? inputs[algorithm] : undefined
  if (of === undefined) {
    throw new InputError(`cannot compare '${algorithm}'; known are ${comparableAlgorithms.join(', ')}`)
  }
  if (rows !== cols && squareOnly.includes(algorithm)) {
    throw new InputError(`${algorithm} takes a square matrix, got a shape of ${rows} x ${cols}`)
  }
  return of({ rows, cols, tile })
}
