import type { CompiledProgram } from '../../lambdapack/index.ts'
import type { Coordinator, DriverRole, EpochInfo } from '../../scheduler/index.ts'
import type { RunPlace } from '../errors.ts'

/** A coordinator outside of this process: any number of processes take part in its runs, and none of them is needed for good. */
export interface Coordination {
  /** Its address without credentials, for messages. */
  readonly url: string
  /** Variables by which a worker process of ours finds it: unlike arguments, nobody else sees them. */
  readonly environment: Readonly<Record<string, string>>
  run(place: RunPlace): CoordinatedRun
  /** Ids of runs of a store that have tasks to hand out, or had a moment ago; oldest first. Without a store: of all stores. */
  openRuns(storeUrl?: string): Promise<readonly RunPlace[]>
  close(): Promise<void>
}

/** What all who take part in a round must know alike. */
export interface RoundGraph {
  /** Names the round. */
  readonly epoch: string
  readonly program: CompiledProgram
  /** Ids of the tasks to do; `undefined`: all. */
  readonly todo: ReadonlySet<string> | undefined
  readonly priorities: ReadonlyMap<string, number> | undefined
}

/** One run as the coordinator knows it. Each of its rounds is an epoch there, and a new one ends the one before. */
export interface CoordinatedRun {
  /** The latest round; `undefined` when the coordinator knows of none. */
  epoch(): Promise<EpochInfo | undefined>
  /** Begins a round, and lists the run as open. @param leaseMs @default 30000 */
  open(graph: RoundGraph, leaseMs: number | undefined): Promise<Coordinator>
  /** `undefined` when another round has begun meanwhile. */
  join(graph: RoundGraph): Promise<Coordinator | undefined>
  /** The right to drive the run. @param owner names the process */
  role(owner: string): DriverRole
  /** Lists the run as open, for workers that serve any run. */
  list(): Promise<void>
  unlist(): Promise<void>
}
