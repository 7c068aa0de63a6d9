/** The tables of a comparison, for the terminal and the page. Every row begins with the provider's label, which says what was emulated. */

import type { ComparedProvider, ComparedRun, Comparison, Distribution } from './compare-data.ts'
import { bytes, dollars, median, percent, shortDigest, significant, whole } from './compare-format.ts'

export interface ReportTable {
  readonly title: string
  readonly header: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
  /** Sentences under it. */
  readonly notes: readonly string[]
}

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

function runsTable(providers: readonly ComparedProvider[]): ReportTable {
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

function startsTable(providers: readonly ComparedProvider[]): ReportTable {
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

function splitTable(providers: readonly ComparedProvider[]): ReportTable {
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

function latencyTable(providers: readonly ComparedProvider[]): ReportTable {
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

function bandwidthTable(providers: readonly ComparedProvider[]): ReportTable {
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

function moneyTable(providers: readonly ComparedProvider[]): ReportTable {
  const dates = providers.flatMap(({ label, prices }) =>
    prices.map(({ what, source, asOf, region }) => `${label}: ${what} in ${region} as of ${asOf} (${source}).`),
  )
  return {
    title: 'Money, item by item',
    header: ['provider', 'repeat', 'item', 'quantity', 'unit', 'price of one', 'amount', 'basis'],
    rows: providers.flatMap((provider) =>
      provider.runs.flatMap(({ repeat, measures: { money } }) => [
        ...money.items.map((item) => [
          provider.label,
          repeat,
          item.item,
          significant(item.quantity),
          item.unit,
          dollars(item.unitPrice),
          dollars(item.amount),
          basisOf(provider),
        ]),
        [provider.label, repeat, 'total', '', '', '', dollars(money.total), basisOf(provider)],
      ]),
    ),
    notes: ['List prices without free tiers; transfer and storage are not counted.', ...dates],
  }
}

function failuresTable(providers: readonly ComparedProvider[]): ReportTable {
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

function conditionsTable(providers: readonly ComparedProvider[]): ReportTable {
  return {
    title: 'Conditions',
    header: ['provider', 'function', 'region', 'memory', 'vCPUs', 'slots', 'architecture', 'core type', 'store'],
    rows: providers.map((provider) => {
      const { label, sandbox, runs, region = '' } = provider
      const coreTypes = [...new Set(runs.flatMap((run) => run.coreTypes))].sort().join(', ')
      const shape =
        sandbox === undefined
          ? ['', '', '', '']
          : [bytes(sandbox.memoryBytes), significant(sandbox.vcpus), whole(sandbox.slots), sandbox.architecture]
      return [label, provider.function ?? '', region, ...shape, coreTypes, storeName(provider)]
    }),
    notes: ['Memory, vCPUs and slots of one worker.'],
  }
}

/** Why a provider has no result, or not all of them; empty when it has. */
export function problemOf({ problem, runs }: ComparedProvider): string {
  const failed = runs.find((run) => run.problem !== undefined)
  if (problem !== undefined) return `failed: ${problem}`
  return failed === undefined ? '' : `repeat ${failed.repeat} failed: ${failed.problem}`
}

export function isDone(run: ComparedRun): boolean {
  return run.problem === undefined
}

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
  return Object.entries(of)
    .map(([name, times]) => `${name} ${times}`)
    .join(', ')
}

function storeName({ store, storeEmulatedBy }: ComparedProvider): string {
  return storeEmulatedBy === undefined ? store : `${store} (emulated: ${storeEmulatedBy})`
}

/** An emulated provider bills nothing: what it would cost if the cloud took the same time. */
function moneyOf(provider: ComparedProvider, amount: number): string {
  return isEmulated(provider) ? `${dollars(amount)} (from the emulation's times)` : dollars(amount)
}

function basisOf(provider: ComparedProvider): string {
  return isEmulated(provider) ? "the emulation's times at the cloud's prices: nobody's bill" : 'list prices'
}

function isEmulated({ emulatedBy, storeEmulatedBy }: ComparedProvider): boolean {
  return emulatedBy !== undefined || storeEmulatedBy !== undefined
}

function average(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
