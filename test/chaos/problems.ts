/** The factorizations that are disturbed: small ones of many tasks, as command lines. */

/** An input to generate once for each store. */
export interface ProblemInput {
  readonly name: string
  /** Arguments of `generate` but for the place: kind, then options. */
  readonly kind: string
  readonly options: readonly string[]
}

export interface Problem {
  readonly id: string
  readonly algorithm: Algorithm
  readonly input: ProblemInput
  /** Options that are no place. */
  readonly flags: readonly string[]
  /** Options of results, with their names below the folder of the run. */
  readonly results: readonly (readonly [option: string, name: string])[]
}

export type Algorithm = 'cholesky' | 'qr' | 'lu' | 'svd'

export const algorithmNames: readonly Algorithm[] = ['cholesky', 'qr', 'lu', 'svd']

const square = (kind: 'spd' | 'normal', n: number, tile: number): ProblemInput => ({
  name: `${kind}-${n}-${tile}`,
  kind,
  options: ['--shape', `${n}`, '--tile', `${tile}`, '--seed', `${n + tile}`],
})

function problem(
  algorithm: Algorithm,
  input: ProblemInput,
  results: Problem['results'],
  flags: readonly string[] = [],
): Problem {
  return { id: `${algorithm}-${input.name}`, algorithm, input, flags, results }
}

const svd = (n: number, tile: number, band: number): Problem =>
  problem(
    'svd',
    square('normal', n, tile),
    [
      ['-s', 'S'],
      ['-u', 'U'],
      ['-v', 'V'],
    ],
    ['--tile', `${tile}`, '--band', `${band}`],
  )
const qr = (n: number, tile: number): Problem =>
  problem('qr', square('normal', n, tile), [
    ['-o', 'R'],
    ['-q', 'Q'],
  ])

/** Sizes that are multiples of their tiles and sizes that are not; a second or ten of work. */
export const problems: readonly Problem[] = [
  problem('cholesky', square('spd', 520, 40), [['-o', 'L']]),
  problem('cholesky', square('spd', 700, 64), [['-o', 'L']]),
  problem('cholesky', square('spd', 900, 40), [['-o', 'L']]),
  qr(256, 32),
  qr(300, 48),
  qr(480, 40),
  problem('lu', square('normal', 320, 32), [['-o', 'LU']]),
  problem('lu', square('normal', 300, 40), [['-o', 'LU']]),
  problem('lu', square('normal', 490, 40), [['-o', 'LU']]),
  svd(160, 32, 16),
  svd(200, 48, 24),
  svd(260, 32, 16),
]

/** Smaller ones, for a short run. */
export const smallProblems: readonly Problem[] = [
  problem('cholesky', square('spd', 300, 32), [['-o', 'L']]),
  svd(96, 24, 12),
]

/** A command line of a problem. @param store URL that holds inputs and the run */
export function commandOf(
  { algorithm, input, flags, results }: Problem,
  { store, runId }: { readonly store: string; readonly runId: string },
): string[] {
  const places = results.flatMap(([option, name]) => [option, `${store}/${runId}/${name}`])
  return [algorithm, `${store}/${input.name}`, ...flags, ...places, '--store', store, '--run-id', runId]
}
