/** What the Redis coordinator offers beside the Coordinator contract: epochs, the driver's role, the list of open runs. */

import type { CompiledProgram } from '../../lambdapack/index.ts'
import type { Coordinator } from '../coordinator.ts'
import type { Backoff } from '../embedded/backoff.ts'
import type { Clock } from '../embedded/clock.ts'
import type { StragglerRule } from '../embedded/stragglers.ts'
import type { RedisConnection } from './connection.ts'

/** Names a run among all that share a Redis. */
export interface RunName {
  /** URL of the store that holds the run. Never with credentials: it is kept in Redis. */
  readonly storeUrl: string
  readonly runId: string
}

/** What a client computes from the program; it must be the same for all clients of an epoch. */
export interface EpochGraph {
  readonly program: CompiledProgram
  /** Ids of the tasks to do; the others count as done before. @default every task of the program */
  readonly todo?: ReadonlySet<string> | undefined
  /**
   * Priority by task id, larger first; ties in program order.
   * @default the number of tasks on the longest path from it, in a program small enough to look through
   */
  readonly priorities?: ReadonlyMap<string, number> | undefined
}

/** For tests: time and chance that they turn by hand. */
export interface TestTime {
  /** Replaces the time of the Redis server. */
  readonly clock?: Clock | undefined
  /** Uniform in [0, 1), for the jitter of retries. @default Math.random */
  readonly random?: (() => number) | undefined
}

export interface OpenRedisOptions extends RunName, EpochGraph, TestTime {
  readonly connection: RedisConnection
  /** Name of the epoch, so that its plan can be stored before it opens. @default 12 random characters */
  readonly epoch?: string | undefined
  /** A lease that is not renewed for this long is given to another. @default 30000 */
  readonly leaseMs?: number | undefined
  /** Grants of one task before the run fails. @default 4 */
  readonly maxAttempts?: number | undefined
  readonly backoff?: Backoff | undefined
  /** When a task gets a backup on another worker; `false` never. @default 3 times the median of 5 tasks of its kernel, from 1 s */
  readonly stragglers?: StragglerRule | false | undefined
}

export interface JoinRedisOptions extends RunName, EpochGraph, TestTime {
  readonly connection: RedisConnection
  /** The epoch to join, as {@link currentEpoch} named it, whose plan `todo` is. */
  readonly epoch: string
}

/** An epoch as anybody sees it who knows the name of the run. */
export interface EpochInfo {
  readonly epoch: string
  readonly state: 'running' | 'done' | 'failed' | 'cancelled'
  /** True when it does a part of the program: the plan of this epoch says which. */
  readonly isPartial: boolean
}

/** A coordinator whose state lives in Redis and outlives its clients. Closing it ends only this client's part. */
export interface RedisCoordinator extends Coordinator {
  readonly epoch: string
  /** Turns taken so far: round trips, but for those that were repeated. */
  readonly turns: number
}

/** The right to plan a run and to bring it to its end, held by one process at a time, and only while it says so again and again. */
export interface DriverRole {
  /** Takes the role when nobody holds it; also renews one's own. @returns whether the caller holds it now */
  take(): Promise<boolean>
  /** Keeps it for another `ttlMs`. @returns false when it was lost; it may be another's now */
  keep(): Promise<boolean>
  /** Gives it up, if held. */
  leave(): Promise<void>
  /** Who holds it now; `undefined` when it is free. */
  holder(): Promise<string | undefined>
}

/** A run that workers may join, as kept in the list of open runs. */
export interface OpenRun extends RunName {
  /** When it was put there, epoch milliseconds of the one that did. */
  readonly at: number
}

/** The runs that are open, for workers that serve any run of a store. */
export interface RunRegistry {
  add(run: RunName): Promise<void>
  remove(run: RunName): Promise<void>
  /** Open runs of a store, or of all stores, oldest first. */
  list(storeUrl?: string): Promise<readonly OpenRun[]>
}
