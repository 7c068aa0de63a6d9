import test, { type ExecutionContext } from 'ava'
import {
  connectRedis,
  currentEpoch,
  joinRedisCoordinator,
  openRedisCoordinator,
  type RedisConnection,
  type RedisCoordinator,
} from '../../../src/scheduler/index.ts'
import { type RedisServer, type RedisServerOptions, startRedis } from '../../helpers/servers/redis.ts'
import { grid, workOff } from './helpers/work-off.ts'

const run = { storeUrl: 'memory:', runId: 'r' }
const program = grid(10, 6)

interface Started {
  readonly server: RedisServer
  readonly connection: RedisConnection
  readonly coordinator: RedisCoordinator
}

async function start(t: ExecutionContext, options: RedisServerOptions = {}): Promise<Started> {
  const server = await startRedis(t, options)
  const connection = await connect(t, server)
  const coordinator = await openRedisCoordinator({ ...run, connection, program })
  t.teardown(() => coordinator.close())
  return { server, connection, coordinator }
}

async function connect(t: ExecutionContext, server: RedisServer): Promise<RedisConnection> {
  const connection = await connectRedis(server.url)
  t.teardown(() => connection.close())
  return connection
}

test('a server that is killed and comes back with its data loses nothing, whatever was under way', async (t) => {
  const { server, connection, coordinator } = await start(t, { persistence: 'always' })
  const { epoch } = coordinator
  const other = await joinRedisCoordinator({ ...run, connection: await connect(t, server), epoch, program })
  t.teardown(() => other?.close())
  let restarts = 0
  const restartAt = (at: number) => (done: number) => {
    if (done !== at) return undefined
    restarts++
    return server.restart()
  }
  const results = await Promise.all([
    workOff(coordinator, 'v', { onTask: restartAt(5) }),
    workOff(other!, 'w', { onTask: restartAt(10) }),
  ])
  const counted = results.flatMap((result) => result.counted)
  t.is(counted.length, 60)
  t.is(new Set(counted).size, 60)
  t.is(results[0].dead + results[1].dead, 60)
  t.true(restarts > 0)
  t.like(await currentEpoch(connection, run), { epoch, state: 'done', isPartial: false })
})

test('messages are heard again on a new connection', async (t) => {
  const { server, connection, coordinator } = await start(t, { persistence: 'always' })
  const leases = await coordinator.lease('w', { count: 6 })
  const other = (await joinRedisCoordinator({
    ...run,
    connection: await connect(t, server),
    epoch: coordinator.epoch,
    program,
  }))!
  t.teardown(() => other.close())
  const heard: string[] = []
  connection.listen('npw:test', (message) => heard.push(message))
  while ((await server.cli('PUBLISH', 'npw:test', 'before')) === '0');
  await server.restart()
  while ((await server.cli('PUBLISH', 'npw:test', 'after')) === '0');
  const waiting = other.lease('v', { count: 1, waitMs: 600_000 })
  await coordinator.release('w', leases)
  t.is((await waiting).length, 1)
  t.deepEqual(heard, ['before', 'after'])
})

const lost = { name: 'CoordinatorLostError', message: /^the coordinator has lost epoch .* of run r: / }

for (const way of ['restart', 'flush'] as const)
  test(`after a ${way} that forgets everything all clients hear that the epoch is lost, and a new one can be opened`, async (t) => {
    const { server, connection, coordinator } = await start(t)
    const other = (await joinRedisCoordinator({ ...run, connection, epoch: coordinator.epoch, program }))!
    t.teardown(() => other.close())
    const leases = await coordinator.lease('w', { count: 100 })
    const waiting = t.throwsAsync(other.lease('v', { count: 1, waitMs: 600_000 }), lost)
    const end = t.throwsAsync(other.finished(), lost)
    await (way === 'flush' ? server.cli('FLUSHALL') : server.restart())
    await t.throwsAsync(coordinator.complete('w', leases[0]!), lost)
    await t.throwsAsync(coordinator.lease('w', { count: 1 }), lost)
    await waiting
    await end
    t.is(await currentEpoch(connection, run), undefined)
    const next = await openRedisCoordinator({ ...run, connection, program })
    t.teardown(() => next.close())
    t.is((await workOff(next, 'w')).counted.length, 60)
  })

test('a key that the server drops is noticed, whichever it is', async (t) => {
  const { server, connection } = await start(t)
  for (const name of ['state', 'ready', 'due', 'grants', 'sessions']) {
    const coordinator = await openRedisCoordinator({ ...run, connection, program })
    t.teardown(() => coordinator.close())
    const [lease] = await coordinator.lease('w', { count: 2 })
    const keys = (await server.cli('KEYS', `*:${name}`)).split('\n')
    t.is(await server.cli('DEL', keys[0]!), '1', name)
    await t.throwsAsync(coordinator.complete('w', lease!), lost, name)
  }
})

test('a server that comes back with an older state is found out by whoever did something since', async (t) => {
  const { server, connection, coordinator } = await start(t, { persistence: 'snapshots' })
  const [first, ...others] = await coordinator.lease('w', { count: 6 })
  await coordinator.complete('w', first!)
  await server.cli('SAVE')
  for (const lease of others) t.true((await coordinator.complete('w', lease)).counted)
  await server.restart()
  t.like(await currentEpoch(connection, run), { epoch: coordinator.epoch, state: 'running' })
  await t.throwsAsync(coordinator.lease('w', { count: 1 }), {
    name: 'CoordinatorLostError',
    message: /Redis came back with an older state$/,
  })
})

test('a new epoch takes the place of the old one, whose clients hear of it at once', async (t) => {
  const { connection, coordinator } = await start(t)
  const waiting = (async () => {
    const leases = await coordinator.lease('w', { count: 100 })
    t.is(leases.length, 6)
    return t.throwsAsync(coordinator.lease('w', { count: 1, waitMs: 600_000 }), {
      name: 'CoordinatorLostError',
      message: /epoch second took its place/,
    })
  })()
  await coordinator.counts()
  const todo = new Set(['0:9,1', '0:9,2'])
  const second = await openRedisCoordinator({ ...run, connection, program, epoch: 'second', todo })
  t.teardown(() => second.close())
  await waiting
  t.deepEqual(await currentEpoch(connection, run), { epoch: 'second', state: 'running', isPartial: true })
  await t.throwsAsync(joinRedisCoordinator({ ...run, connection, epoch: 'second', program }), { name: 'InputError' })
  t.is(await joinRedisCoordinator({ ...run, connection, epoch: coordinator.epoch, program }), undefined)
  t.deepEqual((await workOff(second, 'w')).counted, ['0:9,1', '0:9,2'])
})

test('an opener that dies while it loads is replaced by whoever works', async (t) => {
  const { server, connection } = await start(t)
  const wide = grid(1, 2500)
  const opener = await connect(t, server)
  const opened = await openRedisCoordinator({ ...run, connection: opener, program: wide, priorities: new Map() })
  await opener.close()
  const { epoch } = opened
  const other = (await joinRedisCoordinator({ ...run, connection, epoch, program: wide, priorities: new Map() }))!
  t.teardown(() => other.close())
  t.is((await workOff(other, 'w', { count: 500 })).counted.length, 2500)
})

test('the outcome of a failed run crosses processes, and damaged records are clear errors', async (t) => {
  const { server, connection, coordinator } = await start(t)
  const [lease] = await coordinator.lease('w', { count: 1 })
  const failure = { tag: 'X', category: 'numerical', message: 'line 1\n"ü" \\ %', fields: { n: 1 } } as const
  await coordinator.fail('w', lease!, failure)
  const other = (await joinRedisCoordinator({ ...run, connection, epoch: coordinator.epoch, program }))!
  t.teardown(() => other.close())
  t.deepEqual(await other.outcome(), { state: 'failed', taskId: '0:0,0', failure, attempts: 1 })
  const [state] = (await server.cli('KEYS', '*:state')).split('\n')
  await server.cli('HSET', state!, 'outcome', '{"state":"failed","code":"a0","attempts":-1,"failure":"{}"}')
  await t.throwsAsync(currentEpoch(connection, run), {
    name: 'DamagedStateError',
    message: /the outcome in Redis is not as expected/,
  })
  await server.cli('DEL', state!)
  await server.cli('SET', state!, 'nonsense')
  await t.throwsAsync(coordinator.counts(), {
    name: 'CoordinatorLostError',
    message: /its keys of this run hold something else/,
  })
})
