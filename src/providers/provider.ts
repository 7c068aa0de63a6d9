/** The contract of whoever starts workers. A provider knows how to start them, not what they compute. */

import type { EventSink } from '../events/index.ts'
import type { KernelRegistry } from '../kernels/index.ts'
import type { CompiledProgram } from '../lambdapack/index.ts'
import type { TileArray } from '../matrix/index.ts'
import type { Coordinator } from '../scheduler/index.ts'

/** A program's matrix with the array it is bound to. */
export interface BoundMatrix {
  readonly role: 'input' | 'output' | 'intermediate'
  readonly array: TileArray
  /** Tiles that are not stored read as the array's fill value. */
  readonly absentIsFill: boolean
}

/** What the workers of a run work on. */
export interface RunContext {
  /** The workers are `name-1`, `name-2` ... in events and for the coordinator. */
  readonly name: string
  readonly coordinator: Coordinator
  readonly program: CompiledProgram
  readonly kernels: KernelRegistry
  readonly matrices: ReadonlyMap<string, BoundMatrix>
  readonly durability: 'full' | 'outputs'
  /** Look for NaN and infinity in the inputs. */
  readonly checkFinite: boolean
  readonly events: EventSink
}

export interface WorkerGroupOptions {
  readonly workers: number
  /** Slots of each worker. */
  readonly slots: number
  /** Budget of each worker for tiles in memory. */
  readonly memoryBytes: number
  /** Aborting drains every worker. */
  readonly signal?: AbortSignal | undefined
}

/** Workers that were started together. */
export interface WorkerGroup {
  /** Settles when every worker has stopped; rejects with what the first one that crashed threw. */
  finished(): Promise<void>
  /** Takes no new tasks; what computes is finished. */
  drain(): void
}

/** What is paid for. */
export interface Usage {
  readonly coreSeconds: number
  readonly requests: number
}

export interface Provider {
  /** As the command line calls it, e.g. `local`. */
  readonly name: string
  start(run: RunContext, options: WorkerGroupOptions): Promise<WorkerGroup>
  /** Estimated price in US dollars. */
  price(usage: Usage): number
}
