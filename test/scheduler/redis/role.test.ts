import test from 'ava'
import {
  connectRedis,
  createDriverRole,
  createRunRegistry,
  openRedisCoordinator,
} from '../../../src/scheduler/index.ts'
import { startRedis } from '../../helpers/servers/redis.ts'
import { grid, workOff } from './helpers/work-off.ts'

test('the role is held by one at a time, and only while it is kept', async (t) => {
  const server = await startRedis(t)
  const connection = await connectRedis(server.url)
  t.teardown(() => connection.close())
  const role = (owner: string, ttlMs: number) =>
    createDriverRole({ connection, storeUrl: 'memory:', runId: 'r', owner, ttlMs })
  const [a, b] = [role('a', 600_000), role('b', 1)]
  t.false(await a.keep())
  t.true(await a.take())
  t.true(await a.take())
  t.false(await b.take())
  t.false(await b.keep())
  t.is(await b.holder(), 'a')
  await b.leave()
  t.true(await a.keep())
  await a.leave()
  t.is(await a.holder(), undefined)
  t.true(await b.take())
  while ((await a.holder()) === 'b');
  t.false(await b.keep(), 'its time was over')
  t.true(await a.take())
})

test('open runs are listed by store until they are removed; a damaged entry is a clear error', async (t) => {
  const server = await startRedis(t)
  const connection = await connectRedis(server.url)
  t.teardown(() => connection.close())
  const registry = createRunRegistry(connection)
  const [a, b] = [
    { storeUrl: 's3://one', runId: 'a' },
    { storeUrl: 's3://two', runId: 'b' },
  ]
  await registry.add(a)
  await registry.add(b)
  t.deepEqual((await registry.list()).map(({ runId }) => runId).sort(), ['a', 'b'])
  t.like(await registry.list('s3://two'), { length: 1, 0: b })
  await registry.remove(a)
  t.deepEqual(await registry.list('s3://one'), [])
  const old = JSON.stringify({ storeUrl: 's3://two', runId: 'old', at: 0 })
  await server.cli('HSET', 'npw:runs', 'old', old)
  t.is((await registry.list()).length, 1, 'a run without an epoch for a day is forgotten')
  await server.cli('HSET', 'npw:runs', 'bad', '{"storeUrl":1}')
  await t.throwsAsync(registry.list(), { name: 'DamagedStateError', message: /the entry bad of open runs in Redis/ })
})

test('keys of a run have an end: a week after the last turn, an hour after a run that is over was closed', async (t) => {
  const server = await startRedis(t)
  const connection = await connectRedis(server.url)
  t.teardown(() => connection.close())
  const coordinator = await openRedisCoordinator({ connection, storeUrl: 'memory:', runId: 'r', program: grid(4, 4) })
  const ends = async (): Promise<number[]> => {
    const keys = (await server.cli('KEYS', '*')).split('\n')
    return Promise.all(keys.map(async (key) => Number(await server.cli('TTL', key))))
  }
  await coordinator.lease('w', { count: 2 })
  const open = await ends()
  t.is(open.length, 5, 'state, ready, due, grants, sessions')
  for (const seconds of open) t.true(seconds > 6 * 24 * 3600 && seconds <= 7 * 24 * 3600)
  const leases = await coordinator.lease('w', { count: 2 })
  await coordinator.release('w', leases)
  await coordinator.cancel()
  await coordinator.close()
  for (const seconds of await ends()) t.true(seconds > 0 && seconds <= 3600)
})

test('nothing is kept for tasks that are done', async (t) => {
  const server = await startRedis(t)
  const connection = await connectRedis(server.url)
  t.teardown(() => connection.close())
  const coordinator = await openRedisCoordinator({ connection, storeUrl: 'memory:', runId: 'r', program: grid(40, 4) })
  t.teardown(() => coordinator.close())
  const [state] = (await server.cli('KEYS', '*:state')).split('\n')
  let most = 0
  await workOff(coordinator, 'w', {
    onTask: async () => {
      const fields = (await server.cli('HKEYS', state!)).split('\n')
      most = Math.max(most, fields.filter((field) => /^[wltar]:/.test(field)).length)
    },
  })
  t.true(most > 0 && most < 40, `${most} entries at most for 160 tasks`)
})
