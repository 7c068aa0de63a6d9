/** The tables of a comparison, for the terminal and the page. Every row begins with the provider's label, which says what was emulated. */

import type { ComparedProvider, ComparedRun, Comparison } from './compare-data.ts'
import { bytes, median, percent, shortDigest, significant, whole } from './compare-format.ts'
import { moneyOf, moneyTable } from './compare-money.ts'
import { isDone, problemOf, type ReportTable, storeName } from './compare-rows.ts'
import {
  bandwidthTable,
  failuresTable,
  latencyTable,
  runsTable,
  splitTable,
  startsTable,
} from './compare-run-tables.ts'

/** All tables of the page. */
export function comparisonTables(comparison: Comparison): readonly ReportTable[] {
  const { providers } = comparison
  return [
    summaryTable(comparison),
    runsTable(providers),
    startsTable(providers),
    splitTable(providers),
    latencyTable(providers),
    bandwidthTable(providers),
    moneyTable(providers),
    failuresTable(providers),
    conditionsTable(providers),
  ]
}

/** One row for each provider: what a choice between them needs. */
export function summaryTable({ providers, work }: Comparison): ReportTable {
  return {
    title: 'Side by side',
    header: [
      'provider',
      'runs',
      'median (s)',
      'least (s)',
      'most (s)',
      'core-seconds',
      'efficiency',
      'cold starts',
      'store requests',
      'money',
      'result',
    ],
    rows: providers.map((provider) => {
      const { label, runs } = provider
      const done = runs.filter(isDone)
      const why = problemOf(provider)
      if (done.length === 0) return [label, `0 of ${work.repeat}`, '', '', '', '', '', '', '', '', why]
      const times = done.map((run) => run.completionSeconds)
      const mean = (of: (run: ComparedRun) => number): number => average(done.map(of))
      return [
        label,
        `${done.length} of ${work.repeat}`,
        significant(median(times)),
        significant(Math.min(...times)),
        significant(Math.max(...times)),
        significant(mean((run) => run.measures.coreSeconds)),
        percent(mean((run) => run.measures.efficiency)),
        done.map((run) => run.measures.starts.coldMs.count).join(', '),
        whole(mean((run) => run.measures.store.requests)),
        moneyOf(
          provider,
          mean((run) => run.measures.money.total),
        ),
        why || [...new Set(done.map((run) => shortDigest(run.digest)))].join(' '),
      ]
    }),
    notes: [
      'Completion times are by the driver, from the call until the result is there, planning included. Core-seconds, efficiency (time of kernels by core-seconds), requests and money are means of the runs that ended well; cold starts are given run by run.',
    ],
  }
}

function conditionsTable(providers: readonly ComparedProvider[]): ReportTable {
  return {
    title: 'Conditions',
    header: [
      'provider',
      'workers',
      'function',
      'region',
      'memory',
      'vCPUs',
      'slots',
      'architecture',
      'core type',
      'store',
    ],
    rows: providers.map((provider) => {
      const { label, sandbox, runs, region = '' } = provider
      const coreTypes = [...new Set(runs.flatMap((run) => run.coreTypes))].sort().join(', ')
      const shape =
        sandbox === undefined
          ? ['', '', '', '']
          : [bytes(sandbox.memoryBytes), significant(sandbox.vcpus), whole(sandbox.slots), sandbox.architecture]
      return [label, provider.workers, provider.function ?? '', region, ...shape, coreTypes, storeName(provider)]
    }),
    notes: ['Memory, vCPUs and slots of one worker; workers: invocations at the same time.'],
  }
}

function average(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
