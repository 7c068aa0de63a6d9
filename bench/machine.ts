import { readFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import { blasInfo } from '../src/kernels/index.ts'

/** What it was measured on, as Markdown. */
export async function describeMachine(sizes: { n: number; tile: number; rounds: number }): Promise<string> {
  const os = /PRETTY_NAME="(.*)"/.exec(await readFile('/etc/os-release', 'utf8').catch(() => ''))?.[1] ?? 'Linux'
  const blas = blasInfo()
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  return [
    `Measured on ${new Date().toISOString().slice(0, 10)}: ${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${memory}, ${os}, kernel ${release()}; load average ${loadavg()[0]?.toFixed(1)} at the start.`,
    `Node ${process.version}; ${Object.values(blas).join(', ')}. n = ${sizes.n}, tiles of ${sizes.tile}, float64; medians of ${sizes.rounds} rounds, contenders in turn.`,
  ].join('\n')
}
