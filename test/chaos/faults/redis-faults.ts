/** A coordinator's Redis that dies, forgets, or answers late, twice or never. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { RedisFault } from '../../helpers/servers/fault-proxy-redis.ts'
import type { Random } from '../random.ts'
import type { RedisSite } from '../redis-site.ts'
import type { Disturbed, Fault } from './fault.ts'

const needsRedis: Fault['fits'] = ({ coordinator }) => coordinator === 'redis'

/** A fault of the next one to `most` calls. */
const onTheWay = (kind: string, most: number, make: (random: Random) => RedisFault): Fault => ({
  kind,
  group: 'redis',
  fits: needsRedis,
  cause: async (run, random) => {
    const count = 1 + random.below(most)
    const armed = run.redis?.proxy.arm(make(random), { count })
    run.note(`next ${count} calls: ${kind}`)
    return () => armed?.hits ?? 0
  },
})

const restart = (kind: string, between: (redis: RedisSite) => Promise<void>): Fault => ({
  kind,
  group: 'redis',
  fits: needsRedis,
  cause: async (run, random) => await restarted(run, random, between),
})

const told = (kind: string, commands: readonly string[]): Fault => ({
  kind,
  group: 'redis',
  fits: needsRedis,
  async cause(run) {
    await run.redis?.tell(...commands)
    run.note(commands.join(', '))
    return 1
  },
})

/** A state that the server is in for seconds, as in a failover. */
const toldForSeconds = (kind: string, commands: readonly string[], back: readonly string[]): Fault => ({
  kind,
  group: 'redis',
  fits: needsRedis,
  async cause({ redis, note }, random) {
    const ms = random.between(500, 5000)
    await redis?.tell(...commands)
    note(`${commands.join(', ')} for ${Math.round(ms)} ms`)
    await sleep(ms)
    await redis?.tell(...back)
    return 1
  },
})

export const redisFaults: readonly Fault[] = [
  restart('Redis killed (-9) and restarted with what it had', () => Promise.resolve()),
  restart('Redis killed (-9) and restarted empty', (redis) => redis.forget()),
  {
    kind: 'Redis restarted from an old snapshot',
    group: 'redis',
    fits: needsRedis,
    async cause(run, random) {
      if (run.redis === undefined) return 0
      const putBack = await run.redis.snapshot()
      run.note('Redis snapshot kept')
      await sleep(random.between(300, 2000))
      return await restarted(run, random, putBack)
    },
  },
  told('Redis flushed', ['FLUSHALL']),
  told('Redis forgets its scripts', ['SCRIPT FLUSH']),
  toldForSeconds('Redis without memory for seconds', ['CONFIG SET maxmemory 1'], ['CONFIG SET maxmemory 0']),
  toldForSeconds(
    'Redis read-only for seconds',
    ['CONFIG SET replica-read-only yes', 'REPLICAOF 127.0.0.1 1'],
    ['REPLICAOF NO ONE'],
  ),
  {
    kind: 'every Redis connection reset',
    group: 'redis',
    fits: needsRedis,
    async cause(run) {
      run.redis?.proxy.resetAll()
      run.note('Redis connections reset')
      return await Promise.resolve(1)
    },
  },
  onTheWay('Redis connection reset before a call', 4, () => ({ kind: 'reset' })),
  onTheWay('Redis reply lost after the call ran', 4, () => ({ kind: 'lost-reply' })),
  onTheWay('Redis call stalls', 2, (random) => ({ kind: 'stall', ms: random.between(2000, 60_000) })),
  onTheWay('Redis call delayed', 4, (random) => ({ kind: 'delay', ms: random.between(100, 2500) })),
  onTheWay('Redis call delivered twice', 6, (random) => ({ kind: 'duplicate', ms: random.between(0, 1500) })),
  onTheWay('Redis message lost', 6, () => ({ kind: 'lost-message' })),
  {
    kind: 'one Redis call in twelve cut off, from now on',
    group: 'redis',
    fits: needsRedis,
    async cause({ redis, note }, random) {
      const matches = (): boolean => random.chance(1 / 24)
      const armed = (['reset', 'lost-reply'] as const).map((kind) =>
        redis?.proxy.arm({ kind }, { count: Number.POSITIVE_INFINITY, matches }),
      )
      note('one Redis call in twelve is cut off')
      return await Promise.resolve(() => armed.reduce((sum, each) => sum + (each?.hits ?? 0), 0))
    },
  },
]

async function restarted(
  { redis, note }: Disturbed,
  random: Random,
  between: (redis: RedisSite) => Promise<void>,
): Promise<number> {
  if (redis === undefined) return 0
  await redis.kill()
  await between(redis)
  const ms = random.chance(0.2) ? random.between(8000, 20_000) : random.between(0, 2000)
  note(`Redis killed, down for ${Math.round(ms)} ms`)
  await sleep(ms)
  await redis.begin()
  return 1
}
