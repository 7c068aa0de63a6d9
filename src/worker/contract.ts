/** What a worker is given. It knows no provider and no manifest: only tasks, kernels and tile arrays. */

import type { EventSink } from '../events/index.ts'
import type { KernelRegistry } from '../kernels/index.ts'
import type { CompiledProgram } from '../lambdapack/index.ts'
import type { TileArray } from '../matrix/index.ts'
import type { Coordinator } from '../scheduler/index.ts'
import type { WorkerMemory } from './worker-memory.ts'

/** `full`: every tile is stored before its task counts as done. `outputs`: intermediates stay in memory while it suffices. */
export type Durability = 'full' | 'outputs'

/** A program's matrix bound to an array in a store. */
export interface MatrixBinding {
  readonly role: 'input' | 'output' | 'intermediate'
  readonly array: TileArray
  /** Tiles nobody wrote read as zeros (declared `= 0`, or an input whose absent tiles are its fill value). */
  readonly absentIsFill: boolean
}

export interface WorkerOptions {
  readonly id: string
  readonly coordinator: Coordinator
  readonly program: CompiledProgram
  readonly kernels: KernelRegistry
  readonly matrices: ReadonlyMap<string, MatrixBinding>
  /** Tasks computed at the same time. */
  readonly slots: number
  /** Budget for tiles held in memory: cache, operands and results together. */
  readonly memoryBytes: number
  readonly durability: Durability
  /**
   * Whether all workers of the run find each other's tiles in {@link memory}. False for workers in several processes: what they
   * hand to each other goes through the store, and a task counts as done when its tiles lie there or their readers are this worker's.
   * @default true
   */
  readonly sharesMemory?: boolean | undefined
  /** Tiles shared with other workers of this process; its budget then counts instead of `memoryBytes`. @default the worker's own */
  readonly memory?: WorkerMemory | undefined
  readonly events: EventSink
  /** Tasks leased ahead of the slots, whose operands are read while others compute. @default slots */
  readonly prefetch?: number | undefined
  /** Look for NaN and infinity in input tiles when they are first read. @default true */
  readonly checkFinite?: boolean | undefined
  /** Epoch milliseconds at which the worker must be gone: it leases nothing that would not end before. @default never */
  readonly deadlineMs?: number | undefined
  /** Kept free before the deadline, for what no estimate sees: a slow store, the last answers. @default 2000 */
  readonly deadlineMarginMs?: number | undefined
  /** Leaves after this long without a lease. @default never */
  readonly idleMs?: number | undefined
  /** Told of every change of {@link Worker.state}. */
  readonly onState?: ((state: WorkerState) => void) | undefined
  /** Aborting drains: no new lease, running kernels finish, what is held is released. */
  readonly signal?: AbortSignal | undefined
}

/**
 * starting -> running -> draining -> stopped | failed.
 * - `starting`: made, `run()` not called yet;
 * - `running`: leases and works;
 * - `draining`: the run is over or it was told to stop: takes no new lease, gives back what does not compute yet, ends the rest;
 * - `stopped`: nothing is held any more;
 * - `failed`: the coordinator could not be reached or the worker itself broke; `run()` rejects with the reason.
 */
export type WorkerState = 'starting' | 'running' | 'draining' | 'stopped' | 'failed'

/**
 * Why a worker stops, known from `draining` on:
 * - `run-over`: the run is done, failed or cancelled;
 * - `drained`: it was told to;
 * - `deadline`: what is left of its time does not suffice for another task;
 * - `idle`: there was nothing to do for `idleMs`;
 * - `lost`: the coordinator does not know this plan of the run any more (CoordinatorLostError): everything was let go.
 */
export type StopReason = 'run-over' | 'drained' | 'deadline' | 'idle' | 'lost'

export interface Worker {
  readonly id: string
  readonly state: WorkerState
  /** Undefined while it works and when it failed. */
  readonly reason: StopReason | undefined
  /**
   * Resolves when the worker has stopped, whatever the {@link reason}. @throws DeadlineError when no time for work is left at the start;
   * what the coordinator or a write behind failed with
   */
  run(): Promise<void>
  drain(): void
}
