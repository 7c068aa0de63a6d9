/** Whole runs by instances of the stand-in for Cloud Run, with what goes wrong there: the bits are those of one process. */

import test, { type ExecutionContext } from 'ava'
import { type ConnectOptions, connect, type Numpywren, type RunEvent } from '../../../src/index.ts'
import {
  decodeAnswer,
  encodeRequest,
  PROTOCOL_VERSION,
  type PullAnswer,
  type PullRequest,
} from '../../../src/providers/function/index.ts'
import { gcpFunctions } from '../../../src/providers/gcp-functions/index.ts'
import {
  type CloudRunEmulator,
  DEFAULT_ACCOUNT,
  startCloudRunEmulator,
} from '../../helpers/emulators/cloud-run/emulator.ts'
import type { CloudRunEmulatorOptions, EmulatedService } from '../../helpers/emulators/cloud-run/options.ts'
import { startFakeGcs } from '../../helpers/servers/fake-gcs.ts'
import { startRedis } from '../../helpers/servers/redis.ts'

const settings = { tile: 24, seed: 11 }

interface Site {
  readonly store: string
  readonly emulator: CloudRunEmulator
  /** Runs whose workers are the instances. */
  functions(options?: ConnectOptions): Promise<Numpywren>
  /** Runs whose workers are in this process. */
  here(options?: ConnectOptions): Promise<Numpywren>
}

async function startSite(
  t: ExecutionContext<unknown>,
  worker: Partial<EmulatedService> = {},
  options: CloudRunEmulatorOptions = {},
): Promise<Site> {
  const gcs = await startFakeGcs(t)
  const emulator = await startCloudRunEmulator(t, {
    ...options,
    environment: { ...gcs.env, OPENBLAS_NUM_THREADS: '1' },
    services: [{ name: 'numpywren-worker', timeoutS: 120, ...worker }],
  })
  Object.assign(process.env, gcs.env, emulator.env)
  const store = `${await gcs.url('bucket')}/work`
  return {
    ...{ store, emulator },
    functions: (more) => connect({ store, provider: 'gcp-functions', slots: 1, ...more }),
    here: (more) => connect({ store, slots: 1, ...more }),
  }
}

/** Elements of a matrix, as bytes. */
async function bits(npw: Numpywren, name: string): Promise<Buffer> {
  const { data } = await (await npw.open(name)).read()
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
}

type Invoked = Extract<RunEvent, { type: 'invocation' }>
const isInvocation = (event: RunEvent): event is Invoked => event.type === 'invocation'

test.serial('eight callers, throttled, one request in ten killed: the bits of one process', async (t) => {
  const { functions, here, emulator } = await startSite(
    t,
    { maxInstances: 4 },
    { faults: { seed: 6, killOneIn: 10, coldStartMs: 50 } },
  )
  await using alone = await here()
  await alone.generate('spd', 'A', { shape: [120, 120], ...settings })
  await alone.cholesky('A', { out: 'expected' })
  await using npw = await functions({ workers: 8 })
  const operation = npw.cholesky('A', { out: 'L' })
  const run = await operation.start()
  const events: RunEvent[] = []
  for await (const event of run) events.push(event)
  const { summary } = await operation
  t.deepEqual(await bits(npw, 'L'), await bits(npw, 'expected'))
  const stats = emulator.stats()
  t.true(stats.kills > 0)
  t.true(stats.throttles > 0)
  t.true(stats.peakConcurrency <= 4)
  const invocations = events.filter(isInvocation)
  t.true(invocations.every(({ emulatedBy, provider }) => emulatedBy !== undefined && provider === 'gcp-functions'))
  const ended = (outcome: string): number => invocations.filter((event) => event.outcome === outcome).length
  t.is(ended('throttled'), stats.throttles)
  t.true(ended('crashed') >= stats.kills)
  t.is(summary.tasks, 35)
  t.log(stats, summary)
})

test.serial('an instance that pulls calls others for a tree of workers, as its own account', async (t) => {
  const redis = await startRedis(t)
  const { store, here, emulator } = await startSite(t)
  const name = 'projects/test-project/locations/us-central1/services/numpywren-worker'
  const grant = { role: 'roles/run.invoker', members: [`serviceAccount:${DEFAULT_ACCOUNT}`] }
  await using alone = await here()
  await alone.generate('spd', 'A', { shape: [96, 96], ...settings })
  await using npw = await here({ coordinator: redis.url, workers: 0 })
  const operation = npw.cholesky('A', { out: 'L' })
  const run = await operation.start()
  const deployed = await gcpFunctions().connect({ name: 'numpywren-worker' })
  t.teardown(() => deployed.close())
  const request = (invocation: string): PullRequest => ({
    ...{ version: PROTOCOL_VERSION, kind: 'pull', invocation, worker: 'root', store, run: run.id },
    ...{ coordinator: redis.url, width: 3, arity: 2, idleMs: 500 },
  })
  const pull = async (invocation: string): Promise<PullAnswer> => {
    const { body } = await deployed.invoke(encodeRequest(request(invocation)), {})
    return decodeAnswer(body, request(invocation)) as PullAnswer
  }
  // Without the right the root works alone, and says whom it could not start.
  const denied = await pull('denied')
  t.deepEqual(
    denied.out.map(({ failure }) => failure.tag),
    ['AccessDeniedError', 'AccessDeniedError'],
  )
  await operation
  emulator.policies.set(name, { bindings: [grant] })
  const again = npw.cholesky('A', { out: 'M' })
  const second = await again.start()
  const { body } = await deployed.invoke(encodeRequest({ ...request('tree'), run: second.id, idleMs: 20_000 }), {})
  await again
  const answer = decodeAnswer(body, request('tree')) as PullAnswer
  t.is(answer.why, 'run-over')
  t.is(answer.subtree.length, 2)
  t.deepEqual(answer.out, [])
  t.is(answer.tasks + answer.subtree.reduce((sum, { tasks }) => sum + tasks, 0), 20)
  t.deepEqual(await bits(npw, 'M'), await bits(npw, 'L'))
})
