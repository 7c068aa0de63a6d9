/**
 * Runs the peers on one problem, one after the other, each in its own process on the same number of cores.
 *
 *   node bench/peers/run.ts PROBLEM N TILE FOLDER [CORES]
 */

import { mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { type CommandResult, lastLine, runCommand } from './command.ts'
import { type Problem, type ProblemName, problemOf } from './problems.ts'
import { type PeerName, peerNames, programs, setUpPeers } from './setup.ts'

export type PeerResult = PeerRun | PeerAbsent

/** A peer that did the work. */
export interface PeerRun {
  readonly state: 'done'
  readonly peer: PeerName
  readonly algorithm: ProblemName
  /** All of it: reading and writing too, unless `inMemory`. */
  readonly seconds: number
  /** Without reading and writing where the peer keeps them apart, else as `seconds`. */
  readonly secondsCompute: number
  readonly cores: number
  /** The matrices are made and kept in memory: no file is read or written. */
  readonly inMemory: boolean
  /** Scaled backward error of one product with a vector; up to 30 passes. */
  readonly residual: number
  readonly settings: Readonly<Record<string, string | number>>
  readonly versions: Readonly<Record<string, string>>
}

/** A peer that is not installed (`missing`), has no such algorithm or refuses the matrix (`unsupported`) or broke down (`failed`). */
export interface PeerAbsent {
  readonly state: 'missing' | 'unsupported' | 'failed'
  readonly peer: PeerName
  readonly algorithm: ProblemName
  readonly reason: string
}

/** A problem at its size, with its inputs in a folder. */
export interface PreparedProblem {
  readonly problem: Problem
  readonly size: readonly [number, number]
  readonly tile: readonly [number, number]
  readonly folder: string
  /** Ranks or threads of each peer. */
  readonly cores: number
  /** For each peer that cannot run, why. */
  readonly missing: ReadonlyMap<PeerName, string>
}

const printed = z.object({
  seconds: z.number().positive(),
  secondsCompute: z.number().positive(),
  cores: z.number().int().positive(),
  inMemory: z.boolean(),
  residual: z.number().nonnegative(),
  settings: z.record(z.string(), z.union([z.string(), z.number()])),
  versions: z.record(z.string(), z.string()),
})

const here = fileURLToPath(new URL('.', import.meta.url))
/** Block size of ScaLAPACK's layout. */
const blockSize = 128
/** Exit code with which a Python peer says that its library cannot do this. */
const refused = 3

/**
 * Sets the peers up and writes the inputs into `folder`, as .npy and as Zarr tiles; the caller removes it, with the results.
 * @param n order of square matrices; Dask's Cholesky wants it to be a multiple of the tile
 * @throws RangeError when the inputs cannot be made
 */
export async function prepareProblem(
  problem: Problem,
  n: number,
  tile: number,
  folder: string,
  options: { readonly cores?: number; readonly say?: (line: string) => void } = {},
): Promise<PreparedProblem> {
  const { cores = availableParallelism(), say } = options
  const missing = await setUpPeers(say)
  mkdirSync(folder, { recursive: true })
  const prepared = { problem, size: problem.size(n), tile: problem.tile(n, tile), folder, cores, missing }
  const { code, stderr } = await runCommand(programs.python, [join(here, 'prepare.py'), ...argumentsOf(prepared)])
  if (code !== 0) throw new RangeError(`the inputs of ${problem.name} cannot be made: ${lastLine(stderr)}`)
  return prepared
}

/** Runs each peer once. */
export async function runPeers(prepared: PreparedProblem): Promise<PeerResult[]> {
  const algorithm = prepared.problem.name
  const results: PeerResult[] = []
  for (const peer of peerNames) {
    if (leftOut[peer]?.has(algorithm)) continue
    const why = prepared.missing.get(peer)
    if (why !== undefined) results.push({ state: 'missing', peer, algorithm, reason: why })
    else results.push(read(peer, algorithm, await start(peer, prepared)))
  }
  return results
}

/** What the drivers in C leave out: NumPy and SciPy call the same routines of OpenBLAS, and pdgesvd does not begin with QR. */
const leftOut: Partial<Record<PeerName, ReadonlySet<ProblemName>>> = {
  openblas: new Set(['qr', 'lu', 'solve', 'svdvals', 'eigvals', 'tsqr', 'tssvd']),
  scalapack: new Set(['tssvd']),
}

const argumentsOf = ({ problem, size, tile, folder, cores }: PreparedProblem): string[] => [
  problem.name,
  ...[...size, ...tile].map(String),
  folder,
  `${cores}`,
]

/** BLAS has one thread a rank where ranks or tasks fill the cores, and all of them where one process computes. */
function start(peer: PeerName, prepared: PreparedProblem): Promise<CommandResult> {
  const { problem, size, cores } = prepared
  const blas = (threads: number) => ({ env: { OPENBLAS_NUM_THREADS: `${threads}`, OMP_NUM_THREADS: `${threads}` } })
  if (peer === 'openblas') return runCommand(programs.openblas, [problem.name, `${size[1]}`], blas(cores))
  if (peer === 'scalapack') {
    const root = process.getuid?.() === 0 ? ['--allow-run-as-root'] : []
    // Oversubscribed ranks yield instead of spinning, which is slower where every rank has a core.
    const crowded = cores > availableParallelism() ? ['--oversubscribe'] : []
    const ranks = [...root, ...crowded, '-np', `${cores}`]
    return runCommand(
      'mpirun',
      [...ranks, programs.scalapack, problem.name, ...size.map(String), `${blockSize}`],
      blas(1),
    )
  }
  const script = join(here, `${peer}_peer.py`)
  return runCommand(programs.python, [script, ...argumentsOf(prepared)], blas(peer === 'numpy' ? cores : 1))
}

/** The peer's one line of JSON, or its end without one. */
function read(peer: PeerName, algorithm: ProblemName, result: CommandResult): PeerResult {
  const absent = (state: PeerAbsent['state'], reason: string): PeerAbsent => ({ state, peer, algorithm, reason })
  const reason = lastLine(result.stderr)
  if (result.code === refused) return absent('unsupported', reason)
  if (result.code !== 0) return absent('failed', reason || `ended with code ${result.code}`)
  try {
    return { state: 'done', peer, algorithm, ...printed.parse(JSON.parse(lastLine(result.stdout))) }
  } catch (error) {
    return absent('failed', `printed no result: ${error instanceof Error ? error.message : error}`)
  }
}

if (import.meta.main) {
  const [name = '', n, tile, folder, cores] = process.argv.slice(2)
  if (folder === undefined) throw new RangeError('usage: node bench/peers/run.ts PROBLEM N TILE FOLDER [CORES]')
  const say = (line: string) => process.stderr.write(`${line}\n`)
  const options = { say, ...(cores === undefined ? {} : { cores: Number(cores) }) }
  const prepared = await prepareProblem(problemOf(name), Number(n), Number(tile), folder, options)
  for (const result of await runPeers(prepared)) process.stdout.write(`${JSON.stringify(result)}\n`)
}
