/**
 * The coordinator in Redis (7 or Valkey, one node or a cluster). A user with these rights will do:
 * `ACL SETUSER worker on >PASSWORD ~npw:* &npw:* +eval +evalsha +hget +hmget +hset +hdel +hincrby +hgetall +zadd +zrem
 * +zrange +zrangebyscore +zcard +zscore +zpopmin +expire +pexpire +exists +unlink +get +set +del +time +publish +subscribe
 * +unsubscribe +hello +ping +info +select +cluster|slots +cluster|info +cluster|shards`.
 */

export { connectRedis, RedisConnection, type RedisConnectionOptions } from './connection.ts'
export type {
  DriverRole,
  EpochInfo,
  JoinRedisOptions,
  OpenRedisOptions,
  OpenRun,
  RedisCoordinator,
  RunName,
  RunRegistry,
} from './contract.ts'
export { DamagedStateError } from './errors.ts'
export { runTag } from './keys.ts'
export { currentEpoch, joinRedisCoordinator, openRedisCoordinator } from './open.ts'
export { createRunRegistry } from './registry.ts'
export { createDriverRole } from './role.ts'
