/** Who hands out tasks: the Coordinator contract and its implementations, in this process and in Redis. */

export { BatchCoordinator, type BatchedTask, type BatchOutcome } from './batch/coordinator.ts'
export type {
  CompleteOptions,
  CompleteResult,
  Coordinator,
  CoordinatorCounts,
  FailResult,
  FailureRecord,
  Lease,
  LeaseOptions,
  RunOutcome,
} from './coordinator.ts'
export { affinityWindow } from './coordinator.ts'
export type { Backoff } from './embedded/backoff.ts'
export type { Clock } from './embedded/clock.ts'
export { createEmbeddedCoordinator } from './embedded/coordinator.ts'
export type { EmbeddedCoordinatorOptions } from './embedded/options.ts'
export type { StragglerRule } from './embedded/stragglers.ts'
export { CoordinatorLostError, CoordinatorUnavailableError } from './errors.ts'
export { failureRecordSchema, toFailureRecord } from './failure.ts'
export {
  connectRedis,
  createDriverRole,
  createRunRegistry,
  currentEpoch,
  DamagedStateError,
  type DriverRole,
  type EpochInfo,
  type JoinRedisOptions,
  joinRedisCoordinator,
  type OpenRedisOptions,
  type OpenRun,
  openRedisCoordinator,
  RedisConnection,
  type RedisConnectionOptions,
  type RedisCoordinator,
  type RunName,
  type RunRegistry,
  runTag,
} from './redis/index.ts'
