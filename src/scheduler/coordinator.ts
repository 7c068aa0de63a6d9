/** The contract between workers and whoever hands out tasks. Two implementations (embedded, Redis), one conformance suite. */

import type { Task, TileRef } from '../lambdapack/index.ts'

export interface Lease {
  readonly task: Task
  readonly id: string
  /** Proves that the holder still holds it; changes with every grant. */
  readonly token: string
  /** 1 for the first try. */
  readonly attempt: number
  /** Epoch milliseconds. */
  readonly expiresAt: number
  /** True for a backup of a straggler that another worker still holds. */
  readonly backup: boolean
  /** Operand positions whose tile has no reader left but this task: their buffers may be reused. Empty for a backup. */
  readonly soleReads: readonly number[]
  /** Larger is more urgent; a worker with a choice takes the larger first. */
  readonly priority: number
}

export interface LeaseOptions {
  /** How many leases at most. */
  readonly count: number
  /** Resolve with [] after this long without work; 0 does not wait. */
  readonly waitMs?: number
  readonly signal?: AbortSignal | undefined
}

/** A failure as a record, so that it can cross processes. */
export interface FailureRecord {
  readonly tag: string
  readonly category: 'input' | 'numerical' | 'transient' | 'fatal'
  readonly message: string
  /** For a tile that was expected and is missing or corrupt: the run must plan again. */
  readonly lostTile?: { readonly matrix: string; readonly index: readonly number[] }
  readonly fields?: Readonly<Record<string, unknown>>
}

export interface CompleteResult {
  /** False when the completion did not count: done before, or the lease was lost and the task belongs to another. */
  readonly counted: boolean
  /** Tasks that this completion made ready, best first. */
  readonly ready: readonly Task[]
  /** Tiles of intermediate matrices whose last reader is now done: nobody in this run will read them again. */
  readonly dead: readonly TileRef[]
}

export interface FailResult {
  /** True when the task will be tried again: the failure was transient and attempts remain. */
  readonly willRetry: boolean
}

export type RunOutcome =
  | { readonly state: 'running' }
  | { readonly state: 'done' }
  | { readonly state: 'cancelled' }
  | { readonly state: 'failed'; readonly taskId: string; readonly failure: FailureRecord; readonly attempts: number }

export interface CoordinatorCounts {
  readonly total: number
  readonly ready: number
  readonly leased: number
  readonly done: number
}

export interface Coordinator {
  /**
   * Takes ready tasks, highest priority first. `prefer` names tasks that the caller would like (their operands are in
   * its cache); they are granted first when still ready.
   */
  lease(worker: string, options: LeaseOptions & { readonly prefer?: readonly Task[] }): Promise<readonly Lease[]>
  /** Extends leases; returns the ids of those that were lost. */
  renew(worker: string, leases: readonly Lease[]): Promise<readonly string[]>
  /** Idempotent: a task's completion counts once. */
  complete(worker: string, lease: Lease): Promise<CompleteResult>
  /** Gives a task back: retried after a backoff when transient and attempts remain, else the run fails. A lost lease fails nothing, nor does a lost tile while another holds the task. */
  fail(worker: string, lease: Lease, failure: FailureRecord): Promise<FailResult>
  /** Gives a task back unworked, at no cost in attempts. */
  release(worker: string, leases: readonly Lease[]): Promise<void>
  cancel(): Promise<void>
  counts(): Promise<CoordinatorCounts>
  /** Settles when the run is no longer `running`. */
  finished(options?: { readonly signal?: AbortSignal | undefined }): Promise<RunOutcome>
  outcome(): Promise<RunOutcome>
  close(): Promise<void>
}
