import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { connectRedis, openRedisCoordinator, type RedisCoordinator } from '../../../src/scheduler/index.ts'
import { RedisFaultProxy } from '../../helpers/servers/fault-proxy-redis.ts'
import { startRedis } from '../../helpers/servers/redis.ts'
import { grid, workOff } from './helpers/work-off.ts'

/** A run of 60 tasks behind a proxy. */
async function start(
  t: ExecutionContext,
  options: { readonly commandMs?: number; readonly reconnectMs?: number; readonly leaseMs?: number } = {},
): Promise<{ readonly proxy: RedisFaultProxy; readonly coordinator: RedisCoordinator }> {
  const server = await startRedis(t)
  const proxy = await RedisFaultProxy.start({ host: '127.0.0.1', port: server.port })
  t.teardown(() => proxy.close())
  const connection = await connectRedis(proxy.url, options)
  t.teardown(() => connection.close())
  const { leaseMs } = options
  const coordinator = await openRedisCoordinator({
    connection,
    storeUrl: 'memory:',
    runId: 'r',
    program: grid(10, 6),
    leaseMs,
  })
  t.teardown(() => coordinator.close())
  return { proxy, coordinator }
}

for (const fault of [
  { kind: 'lost-reply' },
  { kind: 'reset' },
  { kind: 'duplicate', ms: 0 },
  { kind: 'duplicate', ms: 200 },
] as const)
  test(`every third call suffers ${JSON.stringify(fault)}: every task counts once and every tile dies once`, async (t) => {
    const { proxy, coordinator } = await start(t)
    const armed = proxy.arm(fault)
    const hits = [armed]
    const { counted, dead } = await workOff(coordinator, 'w', {
      onTask: async (done) => {
        if (done % 3 === 0) hits.push(proxy.arm(fault))
      },
    })
    t.is(counted.length, 60)
    t.is(new Set(counted).size, 60)
    t.is(dead, 60)
    t.deepEqual(await coordinator.outcome(), { state: 'done' })
    t.true(hits.filter(({ hits: count }) => count > 0).length >= 15, 'the faults happened')
  })

test('a call that nobody answers is cut off and sent again', async (t) => {
  const { proxy, coordinator } = await start(t, { commandMs: 300 })
  const stalled = proxy.arm({ kind: 'stall', ms: 600_000 }, { count: 2 })
  const { counted } = await workOff(coordinator, 'w')
  t.is(new Set(counted).size, 60)
  t.is(counted.length, 60)
  t.is(stalled.hits, 2)
})

test('a turn that failed for good may have counted: the next one finds out, and what it leased in vain is free again', async (t) => {
  const { proxy, coordinator } = await start(t, { reconnectMs: 1500, leaseMs: 600_000 })
  const armed = proxy.arm({ kind: 'lost-reply' }, { count: 1000 })
  await t.throwsAsync(coordinator.lease('w', { count: 3 }), {
    message: /^Redis at 127\.0\.0\.1:\d+ was not there for 1\.5 s: the connection was (lost|reset.*)$/,
  })
  armed.disarm()
  const { counted } = await workOff(coordinator, 'w')
  t.is(counted.length, 60)
})

test('a message that is lost only delays: who waits looks again', async (t) => {
  const { proxy, coordinator } = await start(t)
  const connection = await connectRedis(proxy.url)
  t.teardown(() => connection.close())
  const first = await coordinator.lease('w', { count: 60 })
  const waiting = coordinator.lease('v', { count: 1, waitMs: 600_000 })
  proxy.arm({ kind: 'lost-message' }, { count: 1000 })
  while (coordinator.turns < 4) await sleep(20)
  await coordinator.release('w', first)
  t.is((await waiting).length, 1)
})
