/** The algorithms, tile store to tile store, in turn with the peers on the same matrices. */

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from './peers/command.ts'
import { type Problem, rightHandSides } from './peers/problems.ts'
import { type PeerResult, type PreparedProblem, prepareProblem, runPeers } from './peers/run.ts'

const program = fileURLToPath(new URL('../bin/numpywren', import.meta.url))

export interface SideBySideOptions {
  readonly problems: readonly Problem[]
  readonly n: number
  readonly tile: number
  readonly rounds: number
  readonly folder: string
  readonly say: (line: string) => void
}

interface Own {
  readonly wallSeconds: number
  readonly processSeconds: number
  readonly computeSeconds: number
  readonly coreSeconds: number
  readonly peakMiB: number
}

/** A table for each problem, as Markdown. */
export async function measureProblems(options: SideBySideOptions): Promise<string> {
  const tables: string[] = []
  for (const problem of options.problems) tables.push(await measure(problem, options))
  return tables.join('\n\n')
}

async function measure(problem: Problem, { n, tile, rounds, folder, say }: SideBySideOptions): Promise<string> {
  const place = join(folder, problem.name)
  const prepared = await prepareProblem(problem, n, tile, place, { say })
  const at = (name: string): string => join(place, 'store', name)
  await importOperands(prepared, at)
  const ours: (Own | string)[] = []
  const peers = new Map<string, PeerResult[]>()
  for (let round = 0; round < rounds; round++) {
    say(`${problem.name}: numpywren, round ${round + 1} of ${rounds}`)
    const own = await runOwn(problem, at)
    if (typeof own === 'string') say(`${problem.name}: numpywren failed: ${own}`)
    ours.push(own)
    for (const result of await runPeers(prepared)) {
      say(`${problem.name}: ${result.peer} ${spoken(result)}`)
      peers.set(result.peer, [...(peers.get(result.peer) ?? []), result])
    }
  }
  await rm(place, { recursive: true, force: true })
  return table(prepared, ours, peers)
}

/** The matrices that the peers have, cut into tiles. */
async function importOperands({ problem, folder, tile }: PreparedProblem, at: (name: string) => string): Promise<void> {
  for (const name of problem.operands) {
    const cut = problem.name === 'solve' && name === 'B' ? [tile[0], rightHandSides] : tile
    const args = ['import', join(folder, `${name}.npy`), at(name), '--tile', cut.join('x')]
    const { code, stderr } = await runCommand(program, args)
    if (code !== 0) throw new RangeError(`numpywren ${args.join(' ')} ended with ${code}: ${stderr}`)
  }
}

/**
 * The clock of the run (reads and writes of tiles included) and that of the whole process, with its largest resident set.
 * @returns what it said when it failed, so that one algorithm does not end the benchmark
 */
async function runOwn(problem: Problem, at: (name: string) => string): Promise<Own | string> {
  // What the contender before has left to be flushed is not ours to wait for.
  await runCommand('sync', [])
  const started = performance.now()
  const args = ['time', '-f', 'peak %M', program, ...problem.command(at), '--overwrite', '--json']
  const { code, stdout, stderr } = await runCommand('/usr/bin/env', args)
  const processSeconds = (performance.now() - started) / 1000
  if (code !== 0) return firstLine(stderr)
  const { summary } = JSON.parse(stdout) as { summary: Omit<Own, 'processSeconds' | 'peakMiB'> }
  if (!(summary.wallSeconds > 0)) return 'the summary has no time'
  return { ...summary, processSeconds, peakMiB: Number(/peak (\d+)/.exec(stderr)?.[1] ?? Number.NaN) / 1024 }
}

function spoken(result: PeerResult): string {
  if (result.state !== 'done') return `${result.state}: ${result.reason}`
  return `${result.seconds.toFixed(2)} s${result.residual <= 30 ? '' : `, WRONG: residual ${result.residual}`}`
}

function table(
  { problem, size, tile }: PreparedProblem,
  rounds: readonly (Own | string)[],
  peers: ReadonlyMap<string, readonly PeerResult[]>,
): string {
  const ours = rounds.filter((round) => typeof round !== 'string')
  const walls = ours.map((run) => run.wallSeconds)
  const whole = ours.map((run) => run.processSeconds)
  const own = median(walls)
  const rows = ours.length
    ? [
        `| numpywren, store to store | ${own.toFixed(2)} | ${spread(walls)} | 1 |`,
        `| numpywren, whole process (start of Node included) | ${median(whole).toFixed(2)} | ${spread(whole)} | |`,
      ]
    : [`| numpywren | | ${rounds[0]} | |`]
  for (const [peer, results] of peers) rows.push(peerRow(peer, results, own))
  return [
    `### ${problem.title}, ${size.join(' x ')}, tiles of ${tile.join(' x ')}`,
    '',
    '| contender | seconds (median) | range | numpywren / contender |',
    '| --- | --- | --- | --- |',
    ...rows,
    ...(ours.length ? ['', shareOfKernels(ours)] : []),
  ].join('\n')
}

function shareOfKernels(ours: readonly Own[]): string {
  const kernels = median(ours.map((run) => run.computeSeconds / run.coreSeconds))
  const peak = Math.max(...ours.map((run) => run.peakMiB))
  return `Kernels ran for ${(100 * kernels).toFixed(0)} % of the slots' time; peak resident set ${peak.toFixed(0)} MiB.`
}

function peerRow(peer: string, results: readonly PeerResult[], own: number): string {
  const done = results.filter((result) => result.state === 'done')
  const [first] = done
  if (!first) {
    const reasons = results.flatMap((result) => ('reason' in result ? [result.reason] : []))
    return `| ${peer} | | ${firstSentence(reasons[0] ?? '')} | |`
  }
  const times = done.map((result) => result.seconds)
  const where = first.inMemory ? 'in memory' : 'file to file'
  const ratio = Number.isNaN(own) ? '' : (own / median(times)).toFixed(2)
  return `| ${peer}, ${where} | ${median(times).toFixed(2)} | ${spread(times)} | ${ratio} |`
}

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? ''

const firstSentence = (text: string): string => text.split('. ')[0] ?? ''

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function spread(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}`
}
