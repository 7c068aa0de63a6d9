import test from 'ava'
import { connectRedis, openRedisCoordinator, type RedisConnection } from '../../src/scheduler/index.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { type RedisServer, startRedis } from '../helpers/servers/redis.ts'
import { coordinatorConformance } from './coordinator.ts'

let server: RedisServer
let connection: RedisConnection
const undo: (() => unknown)[] = []
let runs = 0

test.before(async () => {
  server = await startRedis({ teardown: (action) => undo.push(action) })
  connection = await connectRedis(server.url)
})

test.after.always(async () => {
  await connection.close()
  for (const action of undo.reverse()) await action()
})

coordinatorConformance(test, 'redis', async (options) => {
  const clock = new FakeClock()
  const runId = `run${++runs}`
  const coordinator = await openRedisCoordinator({
    ...options,
    connection,
    storeUrl: 'memory:',
    runId,
    clock,
    random: () => 0.5,
  })
  return {
    coordinator,
    advance: async (ms) => {
      clock.advance(ms)
      // What the clock has set going is carried out before a call that comes after it.
      await coordinator.counts()
    },
  }
})
