/** Cholesky and GEMM, tile store to tile store, in turn with the peers. */

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from './peers/command.ts'
import { type PeerAlgorithm, type PeerResult, runPeers } from './peers/run.ts'

const command = fileURLToPath(new URL('../bin/numpywren', import.meta.url))

export interface SideBySideOptions {
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

/** Tables of both algorithms as Markdown. */
export async function measureAlgorithms(options: SideBySideOptions): Promise<string> {
  const tables: string[] = []
  for (const algorithm of ['cholesky', 'gemm'] as const) tables.push(await measure(algorithm, options))
  return tables.join('\n\n')
}

async function measure(algorithm: PeerAlgorithm, options: SideBySideOptions): Promise<string> {
  const { n, tile, rounds, folder, say } = options
  const store = join(folder, `ours-${algorithm}`)
  const kind = algorithm === 'cholesky' ? 'spd' : 'uniform'
  for (const name of algorithm === 'cholesky' ? ['A'] : ['A', 'B']) {
    await own([
      'generate',
      kind,
      join(store, name),
      '--shape',
      `${n}x${n}`,
      '--tile',
      `${tile}`,
      '--seed',
      name === 'A' ? '1' : '2',
    ])
  }
  const ours: Own[] = []
  const peers = new Map<string, PeerResult[]>()
  for (let round = 0; round < rounds; round++) {
    say(`${algorithm}: numpywren, round ${round + 1} of ${rounds}`)
    ours.push(await runOwn(algorithm, store, options))
    for (const result of await runPeers(algorithm, n, tile, join(folder, 'peers'), { say: () => undefined })) {
      say(`${algorithm}: ${result.peer} ${result.state === 'done' ? `${result.seconds.toFixed(2)} s` : result.reason}`)
      peers.set(result.peer, [...(peers.get(result.peer) ?? []), result])
    }
  }
  return table(algorithm, ours, peers)
}

/** The clock of the run (reads and writes of tiles included) and that of the whole process, with its largest resident set. */
async function runOwn(algorithm: PeerAlgorithm, store: string, { n }: SideBySideOptions): Promise<Own> {
  const operands = algorithm === 'cholesky' ? ['A'] : ['A', 'B']
  const names = operands.map((name) => join(store, name))
  // What the contender before has left to be flushed is not ours to wait for.
  await runCommand('sync', [])
  const started = performance.now()
  const { stdout, stderr } = await own(
    [algorithm, ...names, '-o', join(store, 'out'), '--overwrite', '--json'],
    ['/usr/bin/env', 'time', '-f', 'peak %M'],
  )
  const processSeconds = (performance.now() - started) / 1000
  const { summary } = JSON.parse(stdout) as { summary: Omit<Own, 'processSeconds' | 'peakMiB'> }
  if (!(summary.wallSeconds > 0)) throw new RangeError(`${algorithm} ${n} reports no time`)
  return { ...summary, processSeconds, peakMiB: Number(/peak (\d+)/.exec(stderr)?.[1] ?? Number.NaN) / 1024 }
}

async function own(args: readonly string[], before: readonly string[] = []) {
  const [program = command, ...rest] = [...before, command, ...args]
  const result = await runCommand(program, rest)
  if (result.code !== 0) throw new RangeError(`numpywren ${args.join(' ')} ended with ${result.code}: ${result.stderr}`)
  return result
}

function table(algorithm: string, ours: readonly Own[], peers: ReadonlyMap<string, readonly PeerResult[]>): string {
  const own = median(ours.map((run) => run.wallSeconds))
  const rows = [
    `| numpywren, store to store | ${own.toFixed(2)} | ${spread(ours.map((run) => run.wallSeconds))} | 1 |`,
    `| numpywren, whole process (start of Node included) | ${median(ours.map((run) => run.processSeconds)).toFixed(2)} | ${spread(ours.map((run) => run.processSeconds))} | |`,
  ]
  for (const [peer, results] of peers) {
    const times = results.flatMap((result) => (result.state === 'done' ? [result.seconds] : []))
    const [first] = results
    if (times.length === 0 || first?.state !== 'done') {
      rows.push(`| ${peer} | | ${first && 'reason' in first ? first.reason : ''} | |`)
      continue
    }
    const where = first.inMemory ? 'in memory' : 'file to file'
    rows.push(
      `| ${peer}, ${where} | ${median(times).toFixed(2)} | ${spread(times)} | ${(own / median(times)).toFixed(2)} |`,
    )
  }
  const kernels = median(ours.map((run) => run.computeSeconds / run.coreSeconds))
  const peak = Math.max(...ours.map((run) => run.peakMiB))
  return [
    `### ${algorithm}`,
    '',
    '| contender | seconds (median) | range | numpywren / contender |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    `Kernels ran for ${(100 * kernels).toFixed(0)} % of the slots' time; peak resident set ${peak.toFixed(0)} MiB.`,
  ].join('\n')
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function spread(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}`
}
