/** What the rows of a comparison's tables have in common: each begins with the provider's label, which says what was emulated. */

import type { ComparedProvider, ComparedRun } from './compare-data.ts'

export interface ReportTable {
  readonly title: string
  readonly header: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
  /** Sentences under it. */
  readonly notes: readonly string[]
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

/** Its URL, and what stands in for its service. */
export function storeName({ store, storeEmulatedBy }: ComparedProvider): string {
  return storeEmulatedBy === undefined ? store : `${store} (emulated: ${storeEmulatedBy})`
}
