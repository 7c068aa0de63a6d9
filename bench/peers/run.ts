/**
 * Runs the peers on one problem, one after the other, each in its own process on the same number of cores.
 *
 *   node bench/peers/run.ts cholesky|gemm N TILE FOLDER [CORES]
 */

import { mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { InputError } from '../../src/errors.ts'
import { type CommandResult, lastLine, runCommand } from './command.ts'
import { type PeerName, peerNames, programs, setUpPeers } from './setup.ts'

export type PeerAlgorithm = 'cholesky' | 'gemm'

export type PeerResult = PeerRun | PeerAbsent

/** A peer that did the work. */
export interface PeerRun {
  readonly state: 'done'
  readonly peer: PeerName
  readonly algorithm: PeerAlgorithm
  readonly n: number
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

/** A peer that is not installed (`missing`), has no such algorithm (`unsupported`) or broke down (`failed`). */
export interface PeerAbsent {
  readonly state: 'missing' | 'unsupported' | 'failed'
  readonly peer: PeerName
  readonly algorithm: PeerAlgorithm
  readonly n: number
  readonly reason: string
}

export interface PeerOptions {
  /** Ranks or threads of each peer. @default all cores */
  readonly cores?: number
  /** Peers to run. @default all */
  readonly peers?: readonly PeerName[]
  /** Block size of ScaLAPACK's layout. @default 128 */
  readonly nb?: number
  /** Receives a line for each step. */
  readonly say?: (line: string) => void
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

/**
 * Sets the peers up, writes the inputs into `folder` (as .npy and as Zarr tiles) and runs each peer once.
 * Results stay in the folder, which the caller removes.
 * @param n order of the matrices
 * @param tile rows and columns of a Zarr chunk; Dask's Cholesky wants `n` to be a multiple of it
 */
export async function runPeers(
  algorithm: PeerAlgorithm,
  n: number,
  tile: number,
  folder: string,
  options: PeerOptions = {},
): Promise<PeerResult[]> {
  const { cores = availableParallelism(), peers = peerNames, nb = 128, say = () => {} } = options
  const missing = await setUpPeers(say)
  mkdirSync(folder, { recursive: true })
  const python = peers.some((peer) => onDisk.has(peer) && !missing.has(peer))
  const prepared = python
    ? await runCommand(programs.python, [join(here, 'prepare.py'), algorithm, `${n}`, `${tile}`, folder])
    : undefined
  const results: PeerResult[] = []
  for (const peer of peers) {
    const absent = (state: PeerAbsent['state'], reason: string) => results.push({ state, peer, algorithm, n, reason })
    const why = missing.get(peer)
    if (peer === 'cubed' && algorithm === 'cholesky') absent('unsupported', 'Cubed has no Cholesky factorization')
    else if (why !== undefined) absent('missing', why)
    else if (onDisk.has(peer) && prepared?.code !== 0) absent('failed', `inputs: ${lastLine(prepared?.stderr ?? '')}`)
    else {
      say(`${peer}: ${algorithm} ${n}`)
      results.push(read(peer, algorithm, n, await start({ peer, algorithm, n, tile, folder, cores, nb })))
    }
  }
  return results
}

/** Peers that read and write files. */
const onDisk: ReadonlySet<PeerName> = new Set(['numpy', 'dask', 'cubed'])

interface Problem {
  readonly peer: PeerName
  readonly algorithm: PeerAlgorithm
  readonly n: number
  readonly tile: number
  readonly folder: string
  readonly cores: number
  readonly nb: number
}

/** BLAS has one thread a rank where ranks or tasks fill the cores, and all of them where one process computes. */
function start({ peer, algorithm, n, tile, folder, cores, nb }: Problem): Promise<CommandResult> {
  const blas = (threads: number) => ({ env: { OPENBLAS_NUM_THREADS: `${threads}`, OMP_NUM_THREADS: `${threads}` } })
  if (peer === 'openblas') return runCommand(programs.openblas, [algorithm, `${n}`], blas(cores))
  if (peer === 'scalapack') {
    const root = process.getuid?.() === 0 ? ['--allow-run-as-root'] : []
    // Oversubscribed ranks yield instead of spinning, which is slower where every rank has a core.
    const crowded = cores > availableParallelism() ? ['--oversubscribe'] : []
    const ranks = [...root, ...crowded, '-np', `${cores}`]
    return runCommand('mpirun', [...ranks, programs.scalapack, algorithm, `${n}`, `${nb}`], blas(1))
  }
  const script = join(here, `${peer}_peer.py`)
  return runCommand(
    programs.python,
    [script, algorithm, `${n}`, `${tile}`, folder, `${cores}`],
    blas(peer === 'numpy' ? cores : 1),
  )
}

/** The peer's one line of JSON, or its end without one. */
function read(peer: PeerName, algorithm: PeerAlgorithm, n: number, result: CommandResult): PeerResult {
  const failed = (reason: string): PeerAbsent => ({ state: 'failed', peer, algorithm, n, reason })
  if (result.code !== 0) return failed(lastLine(result.stderr) || `ended with code ${result.code}`)
  try {
    return { state: 'done', peer, algorithm, n, ...printed.parse(JSON.parse(lastLine(result.stdout))) }
  } catch (error) {
    return failed(`printed no result: ${error instanceof Error ? error.message : error}`)
  }
}

function isAlgorithm(name: string): name is PeerAlgorithm {
  return name === 'cholesky' || name === 'gemm'
}

if (import.meta.main) {
  const [algorithm = '', n, tile, folder, cores] = process.argv.slice(2)
  if (!isAlgorithm(algorithm) || folder === undefined) {
    throw new InputError('usage: node bench/peers/run.ts cholesky|gemm N TILE FOLDER [CORES]')
  }
  const say = (line: string) => process.stderr.write(`${line}\n`)
  const options = { say, ...(cores === undefined ? {} : { cores: Number(cores) }) }
  for (const result of await runPeers(algorithm, Number(n), Number(tile), folder, options)) {
    process.stdout.write(`${JSON.stringify(result)}\n`)
  }
}
