/** Whole runs by functions of the emulator of Lambda, with what goes wrong there: the bits are those of one process. */

import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import test from 'ava'
import type { BigMatrix, Numpywren, RunEvent } from '../../../src/index.ts'
import { awsLambda } from '../../../src/providers/aws-lambda/index.ts'
import {
  decodeAnswer,
  encodeRequest,
  PROTOCOL_VERSION,
  type PullAnswer,
  type PullRequest,
} from '../../../src/providers/function/index.ts'
import { startMoto } from '../../helpers/servers/moto.ts'
import { startRedis } from '../../helpers/servers/redis.ts'
import { startEmulatedSite } from './helpers/emulated-site.ts'

const settings = { tile: 24, seed: 11 }

/** Elements of a matrix, as bytes. */
async function bitsOf(matrix: BigMatrix | undefined): Promise<Buffer> {
  const { data } = (await matrix?.read()) ?? {}
  return Buffer.from(data?.buffer ?? new ArrayBuffer(), data?.byteOffset, data?.byteLength)
}

const bits = async (npw: Numpywren, name: string): Promise<Buffer> => bitsOf(await npw.open(name))

type Invoked = Extract<RunEvent, { type: 'invocation' }>
const isInvocation = (event: RunEvent): event is Invoked => event.type === 'invocation'

test.serial('sixteen callers, throttled, one invocation in ten killed: the bits of one process', async (t) => {
  const { functions, here, emulator } = await startEmulatedSite(t, {
    // The first panel alone has five tasks at once: however slow the machine is, one is throttled.
    worker: { concurrency: 4 },
    ramp: { sandboxes: 3, perMs: 500 },
    faults: { seed: 6, killOneIn: 10, coldStartMs: 50, latencyMs: 5 },
  })
  await using alone = await here()
  await alone.generate('spd', 'A', { shape: [144, 144], ...settings })
  await alone.cholesky('A', { out: 'expected' })
  await using npw = await functions({ workers: 16 })
  const operation = npw.cholesky('A', { out: 'L' })
  const run = await operation.start()
  const events: RunEvent[] = []
  for await (const event of run) events.push(event)
  const { summary } = await operation
  t.deepEqual(await bits(npw, 'L'), await bits(npw, 'expected'))

  const stats = emulator.stats()
  t.true(stats.kills > 0)
  t.true(stats.throttles > 0)
  t.true(stats.peakConcurrency > 2 && stats.peakConcurrency <= 4)
  const invocations = events.filter(isInvocation)
  t.true(invocations.every(({ emulatedBy }) => emulatedBy !== undefined))
  const ended = (outcome: string): number => invocations.filter((event) => event.outcome === outcome).length
  // What became of a call that was not waited for, at the end of the run, nobody heard.
  const agree = (heard: number, happened: number): boolean =>
    heard <= happened && happened <= heard + ended('abandoned')
  t.true(agree(ended('throttled'), stats.throttles))
  t.true(agree(ended('out-of-memory'), stats.kills), 'killed, and nothing says by whom')
  t.true(agree(ended('answered') + ended('out-of-memory'), stats.invocations))
  t.true(summary.coldStarts > 0 && summary.coldStarts <= stats.coldStarts)
  t.like(summary, { tasks: 56, throttled: ended('throttled'), invocations: invocations.length - ended('throttled') })
  t.true(summary.estimatedMoney > 0)
})

test.serial('LU and QR over connections that are cut and machines that are lost', async (t) => {
  const { functions, here, emulator } = await startEmulatedSite(t, {
    worker: { concurrency: 3 },
    faults: { seed: 2, lostHostOneIn: 25, cutOneIn: 25, latencyMs: 5 },
  })
  await using alone = await here()
  await alone.generate('normal', 'B', { shape: [72, 72], ...settings })
  const factors = async (npw: Numpywren, where: string): Promise<readonly Buffer[]> => {
    const { L, U, P } = await npw.lu('B', { out: `${where}/lu` })
    const { R } = await npw.qr('B', { out: `${where}/R` })
    return Promise.all([L, U, P, R].map(bitsOf))
  }
  const expected = await factors(alone, 'alone')
  await using npw = await functions({ workers: 3 })
  t.deepEqual(await factors(npw, 'functions'), expected)
  const { lostHosts, cuts } = emulator.stats()
  t.true(lostHosts > 0 && cuts > 0)
})

test.serial('connections that end while a function is frozen are not used when it goes on', async (t) => {
  const { functions, here, emulator, proxy } = await startEmulatedSite(t)
  await using alone = await here()
  await alone.generate('spd', 'A', { shape: [72, 72], ...settings })
  await alone.cholesky('A', { out: 'expected' })
  await using npw = await functions({ workers: 1 })
  await npw.cholesky('A', { out: 'L' })
  const { coldStarts, freezes } = emulator.stats()
  t.is(coldStarts, 1)
  proxy.cutAll()
  await npw.cholesky('A', { out: 'M' })
  t.is(emulator.stats().coldStarts, 1)
  t.true(emulator.stats().freezes > freezes)
  t.deepEqual(await bits(npw, 'L'), await bits(npw, 'expected'))
  t.deepEqual(await bits(npw, 'M'), await bits(npw, 'expected'))
})

test.serial('functions that pull from Redis leave before their time is up, die, and are called again', async (t) => {
  const redis = await startRedis(t)
  const { functions, here, emulator, proxy } = await startEmulatedSite(t, {
    worker: { timeoutS: 6 },
    faults: { seed: 3, killOneIn: 4 },
  })
  await using alone = await here()
  await alone.generate('spd', 'A', { shape: [96, 96], ...settings })
  await alone.cholesky('A', { out: 'expected' })
  // The work takes longer than an invocation may.
  proxy.arm(
    { kind: 'slow', ms: 700 },
    { count: 1000, matches: ({ method, path }) => method === 'GET' && /\/c\//.test(path) },
  )
  await using npw = await functions({ coordinator: redis.url, workers: 1, leaseMs: 1000 })
  const operation = npw.cholesky('A', { out: 'L' })
  const run = await operation.start()
  const invocations: Invoked[] = []
  for await (const event of run) if (isInvocation(event)) invocations.push(event)
  await operation
  t.deepEqual(await bits(alone, 'L'), await bits(alone, 'expected'))
  t.true(emulator.stats().kills > 0)
  const answered = invocations.filter(({ outcome }) => outcome === 'answered')
  t.true(answered.length >= 2, 'one left before the run was over')
  const last = invocations.at(-1)?.outcome ?? ''
  t.false(['timed-out', 'abandoned'].includes(last), 'the last one left when the run was over')
  t.true(answered.reduce((sum, { tasks }) => sum + tasks, 0) <= 20)
})

test.serial('interrupted, the command has functions leave that pull from Redis, and resume goes on', async (t) => {
  const redis = await startRedis(t)
  const { functions, here, emulator, proxy } = await startEmulatedSite(t)
  await using alone = await here()
  await alone.generate('spd', 'A', { shape: [144, 144], ...settings })
  await alone.cholesky('A', { out: 'expected' })
  proxy.arm(
    { kind: 'slow', ms: 700 },
    { count: 1000, matches: ({ method, path }) => method === 'GET' && /\/c\//.test(path) },
  )
  await using npw = await functions({ coordinator: redis.url, workers: 3 })
  const stop = new AbortController()
  const operation = npw.cholesky('A', { out: 'L', runId: 'r', signal: stop.signal })
  const run = await operation.start()
  const invocations: Invoked[] = []
  for await (const event of run) {
    if (isInvocation(event)) invocations.push(event)
    if (event.type === 'task') stop.abort()
  }
  await t.throwsAsync(run.wait(), { name: 'InterruptedError' })
  // A call that was given up would have left its function at work, and at cost.
  t.deepEqual(
    invocations.map(({ outcome }) => outcome),
    ['answered', 'answered', 'answered'],
  )
  t.is((await alone.status('r')).state, 'interrupted')
  proxy.disarmAll()
  const { summary } = await npw.resume('r')
  t.true(summary.tasks > 20 && summary.tasks < 56, `${summary.tasks}`)
  t.is(emulator.stats().coldStarts, 3, 'the functions that left are called again')
  t.deepEqual(await bits(npw, 'L'), await bits(npw, 'expected'))
})

test.serial(
  'a function that pulls calls others for a tree of workers, which find the password of Redis in a secret',
  async (t) => {
    const [password, SecretId] = ['not-for-messages', 'coordinator']
    const [redis, moto] = await Promise.all([
      startRedis(t, { args: ['--requirepass', password], cliArgs: ['-a', password, '--no-auth-warning'] }),
      startMoto(t),
    ])
    const coordinator = redis.url.replace('//', `//:${password}@`)
    const secrets = new SecretsManagerClient({ endpoint: moto.endpoint, region: 'us-east-1' })
    t.teardown(() => secrets.destroy())
    const { store, here, emulator } = await startEmulatedSite(t, {
      role: { AWS_ENDPOINT_URL_SECRETS_MANAGER: moto.endpoint },
      worker: { environment: { NUMPYWREN_COORDINATOR_SECRET: SecretId } },
    })
    await secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: coordinator }))
    await using alone = await here()
    await alone.generate('spd', 'A', { shape: [144, 144], ...settings })
    await alone.cholesky('A', { out: 'expected' })
    await using npw = await here({ coordinator, workers: 0 })
    const operation = npw.cholesky('A', { out: 'L' })
    const run = await operation.start()
    const deployed = await awsLambda().connect({ name: 'numpywren-worker' })
    t.teardown(() => deployed.close())
    const request: PullRequest = {
      ...{ version: PROTOCOL_VERSION, kind: 'pull', invocation: 'tree', worker: 'root', store },
      ...{ run: run.id, width: 4, arity: 2, idleMs: 20_000 },
    }
    const { body } = await deployed.invoke(encodeRequest(request), {})
    await operation
    const answer = decodeAnswer(body, request) as PullAnswer
    t.is(answer.why, 'run-over', answer.error?.message)
    t.is(answer.subtree.length, 3)
    t.deepEqual(answer.out, [])
    t.is(answer.tasks + answer.subtree.reduce((sum, { tasks }) => sum + tasks, 0), 56)
    t.is(emulator.stats().peakConcurrency, 4)
    t.deepEqual(await bits(npw, 'L'), await bits(npw, 'expected'))
    t.false(body.includes(password))
  },
)
