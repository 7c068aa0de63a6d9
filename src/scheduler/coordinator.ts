/** The contract between workers and whoever hands out tasks. Two implementations (embedded, Redis), one conformance suite. */

import type { Task, TileRef } from '../lambdapack/index.ts'

export interface Lease {
  readonly task: Task
  readonly id: string
  /** Proves that the holder still holds it; changes with every grant. */
  readonly token: string
  /** 1 for the first try. */
  readonly attempt: number
  /** Epoch milliseconds by the coordinator's clock. */
  readonly expiresAt: number
  /** How long the grant, and each renewal of it, lasts. A holder measures it by its own clock, from before it asked. */
  readonly leaseMs: number
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

export interface CompleteOptions {
  /**
   * Tiles of intermediates that the task wrote and that are in the caller's memory only. The completion counts when the
   * caller is given every task that is still to read them, at once, so that nobody else ever looks for them; else it
   * changes nothing and tells what to store first ({@link CompleteResult.publish}).
   *
   * Whoever gives up a task leased in this way (release, fail) stores its operands before. When the caller dies with
   * them, the next holder of the task misses a tile, and the run plans again.
   * @default none: every result is stored, or all workers of the run share one memory
   */
  readonly unstored?: readonly TileRef[] | undefined
  /** How many leases at most the caller accepts with the answer. @default 0 */
  readonly take?: number | undefined
}

export interface CompleteResult {
  /** False when the completion did not count: done before, the lease was lost and the task belongs to another, or `publish` is not empty. */
  readonly counted: boolean
  /** Tasks that this completion made ready and that are not among `leases`, best first. */
  readonly ready: readonly Task[]
  /** Tiles of intermediate matrices whose last reader is now done: nobody in this run will read them again. */
  readonly dead: readonly TileRef[]
  /**
   * Not empty when nothing has changed because these of the `unstored` tiles must be stored first; then the caller completes
   * again. In the order of `unstored`, a tile may stay in memory when all tasks of this run that read it become ready through this
   * completion and fit, each counted once, into `take` beside the readers of the tiles before it that may stay. So a tile
   * that nobody reads may always stay; one that is no intermediate, or that the task does not write, never.
   */
  readonly publish: readonly TileRef[]
  /** The readers of the `unstored` tiles, leased to the caller, best first. */
  readonly leases: readonly Lease[]
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

/** Ready tasks among which a `lease` call looks for those that the asking worker made ready itself. */
export const affinityWindow = 16

/**
 * Every call is atomic. Behind a network any call may reject: with CoordinatorUnavailableError when nobody knows whether it took
 * effect (repeating it is safe), with CoordinatorLostError when the state of the run is gone or belongs to another plan.
 *
 * What time has made due happens before a call: retries become ready; leases expire in the order of their ends, and of their grants where
 * these are equal.
 */
export interface Coordinator {
  /**
   * Takes ready tasks. First those that `prefer` names, in its order, as far as they are ready: the caller has their operands.
   * Then the {@link affinityWindow} best of the ready tasks as they stand now, those that a completion of this worker made
   * ready before the others, and after them the rest; always by priority, then in program order. A task keeps
   * the worker that made it ready through expiries, retries and releases.
   *
   * Only when this gives nothing, backups of stragglers that others hold, those granted first before the others; one
   * backup for each grant from the queue, and none in a run that one worker has asked alone.
   */
  lease(worker: string, options: LeaseOptions & { readonly prefer?: readonly Task[] }): Promise<readonly Lease[]>
  /** Extends leases; returns the ids of those that were lost. */
  renew(worker: string, leases: readonly Lease[]): Promise<readonly string[]>
  /**
   * Idempotent: a task's completion counts once. That of an expired lease counts while nobody was given the task since; when several
   * leases of one task expired, that of the last.
   */
  complete(worker: string, lease: Lease, options?: CompleteOptions): Promise<CompleteResult>
  /** Gives a task back: retried after a backoff when transient and attempts remain, else the run fails. A lost lease fails nothing, nor does a lost tile while another holds the task. */
  fail(worker: string, lease: Lease, failure: FailureRecord): Promise<FailResult>
  /** Gives tasks back unworked, at no cost in attempts. */
  release(worker: string, leases: readonly Lease[]): Promise<void>
  cancel(): Promise<void>
  counts(): Promise<CoordinatorCounts>
  /** Settles when the run is no longer `running`. */
  finished(options?: { readonly signal?: AbortSignal | undefined }): Promise<RunOutcome>
  outcome(): Promise<RunOutcome>
  close(): Promise<void>
}
