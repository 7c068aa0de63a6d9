/** The contract of whoever starts workers. A provider knows how to start them, not what they compute. */

import type { EventSink, RunStatistics } from '../events/index.ts'
import type { KernelRegistry } from '../kernels/index.ts'
import type { CompiledProgram } from '../lambdapack/index.ts'
import type { TileArray } from '../matrix/index.ts'
import type { Coordinator } from '../scheduler/index.ts'
import type { CostItem } from './function/index.ts'

/** A program's matrix with the array it is bound to. */
export interface BoundMatrix {
  readonly role: 'input' | 'output' | 'intermediate'
  readonly array: TileArray
  /** Tiles that are not stored read as the array's fill value. */
  readonly absentIsFill: boolean
}

/** What the workers of a run work on. */
export interface RunContext {
  readonly runId: string
  /** Keeps the run. */
  readonly storeUrl: string
  /** Names the plan whose tasks the coordinator hands out: what workers remember counts for this plan only. */
  readonly round: string
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
export type Usage = Pick<RunStatistics, 'coreSeconds' | 'invocations' | 'billedMs' | 'gibSeconds' | 'vcpuSeconds'>

/** A run whose workers are processes of their own: each finds the run in its store, and its tasks at a coordinator. */
export interface ProcessContext {
  /** A run, or a procedure with its stages. */
  readonly runId: string
  readonly storeUrl: string
  /** URL of the coordinator; may hold credentials. */
  readonly coordinator: string
  /** Variables by which a process finds the coordinator; may hold credentials. */
  readonly environment: Readonly<Record<string, string>>
  /** Names the workers that are started together: letters and digits. */
  readonly group: string
  /** Writes down in the run's store that the workers of the group are to leave, for those whom no signal reaches. */
  dismiss(): Promise<void>
}

/** Worker processes that were started together. One that dies is replaced, a bounded number of times. */
export interface WorkerProcesses {
  /** Rejects with an error of the last one when none is left that would be replaced, or with what is wrong with the input. */
  readonly failed: Promise<never>
  /** Tells of processes that died, and of invocations of functions, from now on and to nobody else. */
  report(events: EventSink): void
  /**
   * Has every worker end what it computes and let go; resolves when all are gone. A second call joins the first.
   * @param isOver false when the run is not, so that nothing else tells them
   */
  end(isOver: boolean): Promise<void>
}

export interface Provider {
  /** As the command line calls it, e.g. `local`; `here` for workers in this process. */
  readonly name: string
  /** True when workers share no memory with this process and may be far away: what they hand to each other goes through the store. */
  readonly isRemote: boolean
  /** The address of a stand-in, when the platform is not the one of its name. */
  readonly emulatedBy?: string | undefined
  /** @throws InputError naming the first of these stores that its workers cannot reach, and what to do */
  expectReach(storeUrls: Iterable<string>): void
  /** Workers that take tasks from a coordinator in this process. */
  start(run: RunContext, options: WorkerGroupOptions): Promise<WorkerGroup>
  /** Workers of their own, which take tasks from a coordinator that they reach, and outlive this process if it dies. */
  startProcesses(run: ProcessContext, options: Omit<WorkerGroupOptions, 'signal'>): WorkerProcesses
  /** Estimated price by item; empty where nothing is paid. */
  costsOf(usage: Usage): readonly CostItem[]
}
