/** What becomes of a call, by what the platform's front answers. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import type {
  AccessDeniedError,
  DeployedFunction,
  InvocationError,
  ThrottledError,
} from '../../../src/providers/function/index.ts'
import { errorOf } from '../../../src/providers/gcp-functions/answer-error.ts'
import { gcpFunctions } from '../../../src/providers/gcp-functions/index.ts'
import { Caller } from '../../../src/providers/gcp-functions/invoke.ts'
import { ownService } from '../../../src/providers/gcp-functions/own-service.ts'
import { type CloudRunEmulator, DRIVER, startCloudRunEmulator } from '../../helpers/emulators/cloud-run/emulator.ts'
import type { CloudRunEmulatorOptions, EmulatedService } from '../../helpers/emulators/cloud-run/options.ts'
import { processRunner } from '../../helpers/emulators/lambda/process-runner.ts'
import { until } from '../../helpers/until.ts'

const script = fileURLToPath(new URL('../../helpers/emulators/cloud-run/scripted-instance.mjs', import.meta.url))
const MIB = 2 ** 20

interface Site {
  readonly emulator: CloudRunEmulator
  readonly deployed: DeployedFunction
}

async function start(
  t: ExecutionContext<unknown>,
  service: Partial<EmulatedService> = {},
  options: CloudRunEmulatorOptions = {},
): Promise<Site> {
  const runner = processRunner({ command: [process.execPath, script] })
  const emulator = await startCloudRunEmulator(t, { runner, ...options, services: [{ name: 'worker', ...service }] })
  Object.assign(process.env, emulator.env)
  const deployed = await gcpFunctions().connect({ name: 'worker' })
  t.teardown(() => deployed.close())
  return { emulator, deployed }
}

const call = (deployed: DeployedFunction, body: object = {}, signal?: AbortSignal) =>
  deployed.invoke(JSON.stringify(body), { signal })

test.serial("a call is made with an identity token, once, and its answer is marked as not Google's", async (t) => {
  const { emulator, deployed } = await start(t, { memoryMb: 4096, vcpus: 2, timeoutS: 60, maxInstances: 7 })
  const { body, requestId } = await call(deployed)
  t.is(JSON.parse(body).requests, 1)
  t.regex(requestId ?? '', /^[0-9a-f]{32}$/)
  t.is(deployed.emulatedBy, new URL(emulator.endpoint).host)
  t.deepEqual(deployed.place, { cloud: 'gcp', region: 'us-central1' })
  t.like(deployed.shape, { memoryBytes: 4096 * MIB, vcpus: 2, slots: 2, timeoutMs: 60_000, concurrency: 7 })
  t.is(emulator.stats().denied, 0)
})

test.serial(
  "the platform's 504 is a call that timed out, 503 one that crashed, 429 one that did not run",
  async (t) => {
    const { emulator, deployed } = await start(t, { timeoutS: 1, maxInstances: 1 })
    const late = await t.throwsAsync<InvocationError>(call(deployed, { sleepMs: 3000 }))
    t.is(late?.end, 'timed-out')
    t.regex(late?.message ?? '', /within its time limit of 1 s/)
    // The instance goes on, and there is no other.
    const throttled = await t.throwsAsync<ThrottledError>(call(deployed))
    t.is(throttled?._tag, 'ThrottledError')
    await until(() =>
      call(deployed).then(
        () => true,
        () => false,
      ),
    )
    const crashed = await t.throwsAsync<InvocationError>(call(deployed, { exit: 1 }))
    t.is(crashed?.end, 'crashed')
    t.regex(crashed?.message ?? '', /1024 MiB/)
    t.is(emulator.stats().timeouts, 1)
  },
)

test.serial('who may not call is told so, and who has no token as well', async (t) => {
  const { emulator, deployed } = await start(t)
  const url = emulator.urlOf('worker')
  const as = (header: string): Caller =>
    new Caller({
      name: 'worker',
      url,
      timeoutMs: 1000,
      memoryBytes: MIB,
      tokens: { header: async () => header, advice: 'try this' },
    })
  const { identities } = emulator
  const refused = await t.throwsAsync<AccessDeniedError>(
    as(`Bearer ${identities.idToken(DRIVER, 'https://elsewhere.example')}`).call('{}', undefined),
  )
  t.is(refused?._tag, 'AccessDeniedError')
  t.regex(refused?.message ?? '', /did not accept the identity token: try this/)
  const stranger = identities.idToken('stranger@elsewhere.iam.gserviceaccount.com', url)
  const forbidden = await t.throwsAsync<AccessDeniedError>(as(`Bearer ${stranger}`).call('{}', undefined))
  t.regex(forbidden?.message ?? '', /roles\/run\.invoker/)
  await call(deployed)
  await emulator.close()
  const gone = await t.throwsAsync<InvocationError>(call(deployed))
  t.is(gone?.end, 'unreachable')
})

test.serial('tokens are renewed before they expire, and asked for once by callers that begin together', async (t) => {
  const { emulator, deployed } = await start(t, { maxInstances: 20 }, { tokenS: 301 })
  // Google's library renews a token 5 min before its end.
  await Promise.all(Array.from({ length: 6 }, () => call(deployed)))
  await new Promise((resolve) => setTimeout(resolve, 1500))
  await call(deployed)
  t.is(emulator.stats().denied, 0)
  t.is(emulator.identities.issued, 2)
})

test.serial('a signal ends the call, not the instance', async (t) => {
  const { emulator, deployed } = await start(t)
  const stop = new AbortController()
  const held = call(deployed, { sleepMs: 300 }, stop.signal)
  held.catch(() => undefined)
  await until(() => emulator.stats().requests === 1)
  const reason = new Error('enough')
  stop.abort(reason)
  t.is(await t.throwsAsync(held), reason)
  await until(() => emulator.stats().freezes === 1)
  t.is(JSON.parse((await call(deployed)).body).requests, 2)
})

test.serial('what is too large is not sent, and an answer that is too large is none', async (t) => {
  const { emulator, deployed } = await start(t)
  const error = await t.throwsAsync(call(deployed, { filler: 'x'.repeat(32 * MIB) }))
  t.is((error as { _tag?: string })._tag, 'PayloadTooLargeError')
  t.is(emulator.stats().requests, 0)
  const large = await t.throwsAsync<InvocationError>(call(deployed, { bytes: 33 * MIB }))
  t.is(large?._tag, 'InvocationError')
})

test.serial('connections are kept between calls', async (t) => {
  let connections = 0
  const server = createServer((_, response) => response.end('{}'))
  server.on('connection', () => connections++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const tokens = { header: async () => 'Bearer t', advice: '' }
  const caller = new Caller({ name: 'worker', url, timeoutMs: 60_000, memoryBytes: MIB, tokens })
  t.teardown(() => caller.close())
  for (let at = 0; at < 3; at++) await caller.call('{}', undefined)
  t.is(connections, 1)
})

test('answers that Cloud Run gives for want of room are no crashes', (t) => {
  const given = {
    name: 'worker',
    url: 'https://worker',
    timeoutMs: 1000,
    memoryBytes: MIB,
    requestId: undefined,
    advice: '',
  }
  const tagOf = (status: number, text: string, headers = {}): string | undefined =>
    (errorOf({ ...given, status, text, headers }) as { _tag?: string })._tag
  t.is(tagOf(429, 'Rate exceeded.'), 'ThrottledError')
  t.is(tagOf(503, 'The request was aborted because there was no available instance.'), 'ThrottledError')
  t.is(tagOf(503, 'Service Unavailable', { 'retry-after': '3' }), 'ThrottledError')
  t.is(tagOf(500, 'crash', { 'x-google-status': 'crash' }), 'InvocationError')
  t.is(tagOf(413, ''), 'PayloadTooLargeError')
  t.is(tagOf(404, ''), 'FunctionNotFoundError')
  t.is(tagOf(302, ''), 'InvocationError')
})

test('an instance knows its own service without asking the administration', async (t) => {
  const emulator = await startCloudRunEmulator(t)
  const { GCE_METADATA_HOST } = emulator.env
  const env = {
    ...{ GCE_METADATA_HOST, K_SERVICE: 'worker', NUMPYWREN_MEMORY_BYTES: `${2048 * MIB}` },
    ...{ NUMPYWREN_VCPUS: '2', NUMPYWREN_TIMEOUT_S: '900' },
  }
  const own = await ownService('worker', env)
  t.is(own?.found.url, 'https://worker-123456789012.us-central1.run.app')
  t.deepEqual(own?.place, { project: 'test-project', region: 'us-central1' })
  t.like(own?.found.shape, { memoryBytes: 2048 * MIB, slots: 2, timeoutMs: 900_000 })
  t.is(await ownService('another', env), undefined)
  t.deepEqual(emulator.recorded, [])
})

test.serial('a service or a region that there is not is said not to be', async (t) => {
  await startCloudRunEmulator(t).then(({ env }) => Object.assign(process.env, env))
  const provider = gcpFunctions()
  const missing = await t.throwsAsync(provider.connect({ name: 'nobody' }))
  t.is((missing as { _tag?: string })._tag, 'FunctionNotFoundError')
  t.regex(missing?.message ?? '', /numpywren deploy gcp-functions --function nobody --region us-central1/)
  await t.throwsAsync(provider.connect({ name: 'nobody', region: 'Iowa' }), { message: /no region of Google Cloud/ })
})
