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
  /** Tiles shared with other workers of this process; its budget then counts instead of `memoryBytes`. @default the worker's own */
  readonly memory?: WorkerMemory | undefined
  readonly events: EventSink
  /** Tasks leased ahead of the slots, whose operands are read while others compute. @default slots */
  readonly prefetch?: number | undefined
  /** Look for NaN and infinity in input tiles when they are first read. @default true */
  readonly checkFinite?: boolean | undefined
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

export interface Worker {
  readonly id: string
  readonly state: WorkerState
  /** Resolves when the worker has stopped: the run is over, or it was told to drain. */
  run(): Promise<void>
  drain(): void
}
