import type { Report } from '../linalg/index.ts'
import type { RunSummary } from '../run/index.ts'
import { formatBytes } from './table.ts'

/** The figures of a run in a few words. */
export function summaryText(summary: RunSummary): string {
  const { runId, tasks, wallSeconds, coreSeconds, computeSeconds, flops, bytesRead, bytesWritten, cacheHits } = summary
  const rate = wallSeconds > 0 ? ` (${(flops / wallSeconds / 1e9).toFixed(1)} Gflop/s)` : ''
  return [
    `run ${runId}: ${tasks} tasks in ${wallSeconds.toFixed(2)} s${rate}`,
    `${coreSeconds.toFixed(2)} core-seconds, ${computeSeconds.toFixed(2)} of them in kernels`,
    `${formatBytes(bytesRead)} read, ${formatBytes(bytesWritten)} written, ${cacheHits} cache hits`,
  ].join('; ')
}

/** What an algorithm reported, a line each. */
export function factLines(facts: Report['facts']): string[] {
  return Object.entries(facts).map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(' ') : value}`)
}
