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
    ...functionParts(summary),
    ...moneyParts(summary),
  ].join('; ')
}

/** What is to be known of functions that did the work. */
function functionParts({ invocations, coldStarts, invocationsLost, throttled }: RunSummary): string[] {
  if (invocations + throttled === 0) return []
  const lost = invocationsLost > 0 ? `, ${invocationsLost} without an answer` : ''
  const refused = throttled > 0 ? `, ${throttled} refused for a limit of concurrency` : ''
  return [`${invocations} invocations (${coldStarts} cold starts${lost}${refused})`]
}

function moneyParts({ estimatedMoney, emulatedBy }: RunSummary): string[] {
  if (estimatedMoney === 0) return []
  const amount = `about $${estimatedMoney.toPrecision(2)}`
  return [
    emulatedBy === undefined
      ? amount
      : `emulated by ${emulatedBy}: its times at list prices, ${amount}, are not the cloud's`,
  ]
}

/** What an algorithm reported, a line each. */
export function factLines(facts: Report['facts']): string[] {
  return Object.entries(facts).map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(' ') : value}`)
}
