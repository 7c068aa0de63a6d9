import {
  connectRedis,
  createDriverRole,
  createRunRegistry,
  currentEpoch,
  joinRedisCoordinator,
  openRedisCoordinator,
  type RedisConnection,
} from '../../scheduler/index.ts'
import type { RunPlace } from '../errors.ts'
import type { CoordinatedRun, Coordination } from './coordination.ts'

/** Names the coordinator for commands that are given none. */
export const COORDINATOR_VARIABLE = 'NUMPYWREN_COORDINATOR'

/**
 * Runs coordinated by the Redis of a URL.
 * @param onWarning told of what is no error and yet should be known
 * @throws InputError for a bad URL, wrong credentials, or when `ioredis` is not installed; CoordinatorUnavailableError when nothing answers
 */
export async function redisCoordination(url: string, onWarning?: (message: string) => void): Promise<Coordination> {
  const connection = await connectRedis(url, { onWarning })
  const registry = createRunRegistry(connection)
  return {
    url: `redis://${connection.label}`,
    environment: { [COORDINATOR_VARIABLE]: url },
    run: (place) => coordinatedRun(connection, place),
    openRuns: (storeUrl) => registry.list(storeUrl),
    close: () => connection.close(),
  }
}

function coordinatedRun(connection: RedisConnection, { runId, storeUrl }: RunPlace): CoordinatedRun {
  const name = { runId, storeUrl }
  const registry = createRunRegistry(connection)
  return {
    epoch: () => currentEpoch(connection, name),
    async open(graph, leaseMs) {
      const coordinator = await openRedisCoordinator({ connection, ...name, ...graph, leaseMs })
      await registry.add(name)
      return coordinator
    },
    join: (graph) => joinRedisCoordinator({ connection, ...name, ...graph }),
    role: (owner) => createDriverRole({ connection, ...name, owner }),
    list: () => registry.add(name),
    unlist: () => registry.remove(name),
  }
}
