/** Tables of a comparison with a row for each run. */

import type { ComparedProvider, ComparedRun, Distribution } from './compare-data.ts'
import { bytes, percent, shortDigest, significant, whole } from './compare-format.ts'
import { problemOf, type ReportTable, storeName } from './compare-rows.ts'

export function runsTable(providers: readonly ComparedProvider[]): ReportTable {
  return {
    title: 'Runs',
    header: [
      'provider',
      'repeat',
      'run',
      'completion (s)',
      'core-seconds',
      'in kernels (s)',
      'Gflop/s',
      'tasks',
      'tries',
      'result',
    ],
    rows: eachRun(providers, ({ measures, runId, completionSeconds, digest, problem }) => [
      runId,
      significant(completionSeconds),
      significant(measures.coreSeconds),
      significant(measures.computeSeconds),
      significant(measures.flops / Math.max(completionSeconds, 1e-9) / 1e9),
      whole(measures.tasks),
      whole(measures.attempts),
      problem === undefined ? shortDigest(digest) : `failed: ${problem}`,
    ]),
    notes: [
      'In the order of the providers; they were run in turn, one repeat after the other. The result is named by the first digits of its digest.',
    ],
  }
}

const quantileHeader = (of: string): string[] => [of, 'p50 (ms)', 'p90 (ms)', 'p99 (ms)', 'most (ms)']

export function startsTable(providers: readonly ComparedProvider[]): ReportTable {
  return {
    title: 'Starts',
    header: [
      'provider',
      'repeat',
      'invocations',
      ...quantileHeader('cold'),
      'loading p50 (ms)',
      ...quantileHeader('warm'),
    ],
    rows: eachRun(providers, ({ measures: { starts } }) => [
      whole(starts.invocations),
      ...quantiles(starts.coldMs),
      starts.initMs.count === 0 ? '' : significant(starts.initMs.p50),
      ...quantiles(starts.warmMs),
    ]),
    notes: [
      'From the call until the function has it. Cold: the sandbox was started for it; loading is what the worker itself needed of that.',
    ],
  }
}

export function splitTable(providers: readonly ComparedProvider[]): ReportTable {
  return {
    title: 'Where the time of the tasks went',
    header: ['provider', 'repeat', 'lease (s)', 'read (s)', 'wait (s)', 'compute (s)', 'write (s)', 'computing'],
    rows: eachRun(providers, ({ measures: { split } }) => {
      const parts = [split.lease, split.read, split.wait, split.compute, split.write]
      const all = parts.reduce((sum, part) => sum + part, 0)
      return [...parts.map(significant), percent(all > 0 ? split.compute / all : 0)]
    }),
    notes: [
      'Summed over tasks, which overlap within a worker. Lease: calls on their way there and back, starts included, and reports of completion; wait: the operands are there and every slot is busy.',
    ],
  }
}

export function latencyTable(providers: readonly ComparedProvider[]): ReportTable {
  return {
    title: 'Store: latency of a call',
    header: ['provider', 'repeat', ...quantileHeader('reads'), ...quantileHeader('writes')],
    rows: eachRun(providers, ({ measures: { store } }) => [
      whole(store.reads),
      ...quantiles(store.readMs).slice(1),
      whole(store.writes),
      ...quantiles(store.writeMs).slice(1),
    ]),
    notes: ['Calls for tiles; the latency of one includes its retries, its checksum and its wait for memory.'],
  }
}

export function bandwidthTable(providers: readonly ComparedProvider[]): ReportTable {
  return {
    title: 'Store: bandwidth',
    header: [
      'provider',
      'repeat',
      'store',
      'read',
      'written',
      'one read, p50 (MiB/s)',
      'one write, p50 (MiB/s)',
      'whole run (MiB/s)',
    ],
    rows: eachRun(providers, ({ measures: { store } }, provider) => [
      storeName(provider),
      bytes(store.bytesRead),
      bytes(store.bytesWritten),
      significant(store.readRate.p50 / 2 ** 20),
      significant(store.writeRate.p50 / 2 ** 20),
      significant(store.bytesPerSecond / 2 ** 20),
    ]),
    notes: ['One read or write: its bytes by its latency. The whole run: all bytes by its time.'],
  }
}

export function failuresTable(providers: readonly ComparedProvider[]): ReportTable {
  return {
    title: 'Failures and retries',
    header: [
      'provider',
      'repeat',
      'failed tries',
      'tried again',
      'by kind',
      'tiles lost',
      'throttled',
      'calls without an answer',
      'processes that died',
    ],
    rows: eachRun(providers, ({ measures: { failures } }) => [
      whole(failures.tasks),
      whole(failures.retried),
      counts(failures.kinds),
      whole(failures.tilesLost),
      whole(failures.throttled),
      counts(failures.unanswered),
      whole(failures.workersCrashed),
    ]),
    notes: [],
  }
}

/** A row for each run; for a provider without one its reason. */
function eachRun(
  providers: readonly ComparedProvider[],
  cells: (run: ComparedRun, provider: ComparedProvider) => readonly (string | number)[],
): (string | number)[][] {
  return providers.flatMap((provider) =>
    provider.runs.length === 0
      ? [[provider.label, '', problemOf(provider)]]
      : provider.runs.map((run) => [provider.label, run.repeat, ...cells(run, provider)]),
  )
}

function quantiles({ count, p50, p90, p99, most }: Distribution): string[] {
  return count === 0 ? ['0', '', '', '', ''] : [whole(count), ...[p50, p90, p99, most].map(significant)]
}

function counts(of: Readonly<Record<string, number>>): string {
  const all = Object.entries(of).map(([name, times]) => `${name} ${times}`)
  return all.length === 0 ? '0' : all.join(', ')
}
