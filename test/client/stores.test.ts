import { randomUUID } from 'node:crypto'
import test from 'ava'
import { connect, type Numpywren } from '../../src/index.ts'
import { startFakeGcs } from '../helpers/servers/fake-gcs.ts'
import { startVersitygw } from '../helpers/servers/versitygw.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

test.serial('the library reads from one store and writes to another, and every way gives the same bits', async (t) => {
  const [s3, gcs] = await Promise.all([startVersitygw(t), startFakeGcs(t)])
  Object.assign(process.env, s3.env, gcs.env)
  const folder = await temporaryFolder(t)
  const stores = [folder, `memory://${randomUUID()}`, `${await s3.url('bucket')}/w`, await gcs.url('bucket')]
  const spd = { shape: [200, 200], tile: 64, seed: 3 } as const
  let expected: Float64Array | undefined
  for (const [at, from] of stores.entries()) {
    const to = stores[(at + 1) % stores.length]!
    await using npw = await connect({ store: to, slots: 2 })
    await npw.generate('spd', `${from}/A`, spd)
    const { L } = await npw.cholesky(`${from}/A`, { out: 'L' })
    t.true(L.url.startsWith(to.includes('://') ? to : 'file://'), L.url)
    const factor = await elements(npw, 'L')
    expected ??= factor
    t.deepEqual(factor, expected, `${from} to ${to}`)
    t.true((await npw.verify('cholesky', { A: `${from}/A`, L: 'L' })).passed)
  }
})

async function elements(npw: Numpywren, name: string): Promise<Float64Array> {
  const { data } = await (await npw.open(name)).read()
  return Float64Array.from(data)
}

test.serial('an interrupted run in a remote store goes on from what is stored there', async (t) => {
  const gcs = await startFakeGcs(t)
  Object.assign(process.env, gcs.env)
  const store = await gcs.url('bucket')
  const controller = new AbortController()
  {
    await using npw = await connect({ store, slots: 1, signal: controller.signal, durability: 'full' })
    await npw.generate('spd', 'A', { shape: [512, 512], tile: 64 })
    const run = await npw.cholesky('A', { out: 'L', runId: 'r' }).start()
    let tasks = 0
    for await (const { type } of run) if (type === 'task' && ++tasks === 5) controller.abort()
    await t.throwsAsync(run.wait(), { name: 'InterruptedError' })
  }
  await using npw = await connect({ store, slots: 2 })
  const { summary } = await npw.resume('r')
  t.true(summary.tasks > 0 && summary.tasks <= 120 - 5, `${summary.tasks}`)
  t.true((await npw.verify('cholesky', { A: 'A', L: 'L' })).passed)
})
