import test from 'ava'
import { connect } from '../../../src/index.ts'
import { openStore } from '../../../src/storage/index.ts'
import { bitsOf } from '../../helpers/driven-cholesky.ts'
import { startRedis } from '../../helpers/servers/redis.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

test('functions that pull from Redis bring a procedure to its end, and are billed for the whole of it', async (t) => {
  const store = await temporaryFolder(t)
  const redis = await startRedis(t)
  await using here = await connect({ store, provider: 'here', coordinator: 'embedded' })
  await here.generate('spd', 'A', { shape: [64, 64], tile: [16, 16], seed: 3 })
  await here.generate('normal', 'B', { shape: [64, 4], tile: [16, 4], seed: 4 })
  await here.solve('A', 'B', { out: 'here' })
  await using there = await connect({ store, provider: 'local', coordinator: redis.url, workers: 2, slots: 1 })
  const run = await there.solve('A', 'B', { out: 'there' }).start()
  const kinds: string[] = []
  for await (const event of run) if (event.type === 'invocation') kinds.push(`${event.kind} ${event.outcome}`)
  const { invocations, vcpuSeconds, coreSeconds } = await run.wait()
  const opened = openStore(store)
  t.deepEqual([...(await bitsOf(opened, 'there')).values()], [...(await bitsOf(opened, 'here')).values()])
  t.true(kinds.filter((kind) => kind === 'pull answered').length >= 1, kinds.join())
  t.true(invocations >= 2)
  t.true(vcpuSeconds > 0 && coreSeconds > 0)
})
