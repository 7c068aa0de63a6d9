import { gcpFacts } from '../../../../src/providers/gcp-functions/index.ts'
import { storeCosts } from '../../../../src/providers/store-prices.ts'

/** What the worked example of docs/deploy-gcp.md assumes. */
const TILE = 2048
const MEMORY_GIB = 2
/** Of one vCPU in large kernels. */
const FLOPS = 25e9
/** Between an instance and its bucket. */
const BYTES_PER_S = 75e6

/** A row of the table: a Cholesky factorization of n x n, every task a call of its own, every tile fetched by each task that reads it. */
export function costRow(n: number): string {
  const t = n / TILE
  const pairs = (t * (t - 1)) / 2
  const gemms = (t * (t - 1) * (t - 2)) / 6
  // potrf reads one tile, trsm and syrk two, gemm three; each writes one.
  const tasks = t + 2 * pairs + gemms
  const reads = t + 4 * pairs + 3 * gemms
  const seconds = n ** 3 / 3 / FLOPS + ((reads + tasks) * TILE ** 2 * 8) / BYTES_PER_S
  const usage = { invocations: tasks, billedMs: seconds * 1000, gibSeconds: seconds * MEMORY_GIB, vcpuSeconds: seconds }
  const service = sum(gcpFacts.costOf(usage, 'x86_64'))
  const requests = sum(storeCosts('gcp', { requests: reads + tasks, writeRequests: tasks }))
  const cells = [
    `${grouped(n)} x ${grouped(n)}`,
    grouped(tasks),
    `${grouped(seconds)} s`,
    ...[service, requests, service + requests].map(dollars),
  ]
  return `| ${cells.join(' | ')} |`
}

function sum(items: readonly { readonly amount: number }[]): number {
  return items.reduce((total, { amount }) => total + amount, 0)
}

const grouped = (value: number): string => Math.round(value).toLocaleString('en-US')
const dollars = (value: number): string => `$${value.toFixed(value < 1 ? 4 : 2)}`
