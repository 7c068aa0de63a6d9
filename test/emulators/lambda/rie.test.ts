/** AWS's own runtime interface emulator, as an independent check: of what our emulator says, and of our handler. */

import test from 'ava'
import { connect } from '../../../src/index.ts'
import {
  decodeAnswer,
  type PingAnswer,
  type PingRequest,
  PROTOCOL_VERSION,
} from '../../../src/providers/function/index.ts'
import { hasRuntimeInterfaceEmulator, startRuntimeInterfaceEmulator } from '../../helpers/emulators/lambda/rie.ts'
import { startVersitygw } from '../../helpers/servers/versitygw.ts'
import { emulated, errorIn } from './helpers/call.ts'

const rieTest = hasRuntimeInterfaceEmulator() ? test : test.skip

async function post(endpoint: string, event: object): Promise<Record<string, unknown>> {
  const url = `${endpoint}/2015-03-31/functions/function/invocations`
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(event) })
  return (await answer.json()) as Record<string, unknown>
}

rieTest("failures are worded as AWS's own emulator words them", async (t) => {
  const { endpoint } = await startRuntimeInterfaceEmulator(t, 'test/emulators/lambda/helpers/handler.handler')
  const { invoke } = await emulated(t, {})
  for (const event of [{ throws: 'out of bounds' }, { exit: 3 }, { exit: 0 }, { answerBytes: 6 * 2 ** 20 + 101 }]) {
    const ours = errorIn(await invoke(event))
    const theirs = await post(endpoint, event)
    t.is(ours.errorType, theirs.errorType as string)
    const worded = (message: unknown): string => `${message}`.replace(/RequestId: [-0-9a-f]+/, '')
    t.is(worded(ours.errorMessage), worded(theirs.errorMessage))
  }
})

rieTest("our handler answers under AWS's own emulator, and again when it is warm", async (t) => {
  const { endpoint } = await startRuntimeInterfaceEmulator(t, 'docker/lambda.handler', {
    AWS_LAMBDA_FUNCTION_NAME: 'function',
  })
  const ping = async (): Promise<PingAnswer> => {
    const request: PingRequest = { version: PROTOCOL_VERSION, kind: 'ping', invocation: 'rie' }
    return decodeAnswer(JSON.stringify(await post(endpoint, request)), request) as PingAnswer
  }
  const cold = await ping()
  t.like(cold, { kind: 'ping', invocation: 'rie' })
  t.like(cold.sandbox, { cold: true, invocations: 1 })
  const warm = await ping()
  t.like(warm.sandbox, { id: cold.sandbox.id, cold: false, invocations: 2 })
  t.is((await post(endpoint, { kind: 'nonsense' })).kind, 'refused')
})

rieTest("a run finds its function where there is no administration to ask, as under AWS's own emulator", async (t) => {
  const s3 = await startVersitygw(t)
  const { endpoint } = await startRuntimeInterfaceEmulator(t, 'docker/lambda.handler', {
    ...s3.env,
    AWS_LAMBDA_FUNCTION_NAME: 'function',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769',
  })
  Object.assign(process.env, s3.env, { AWS_ENDPOINT_URL_LAMBDA: endpoint })
  const store = `${await s3.url('bucket')}/work`
  await using here = await connect({ store })
  await using there = await connect({ store, provider: 'aws-lambda', function: 'function', workers: 1, slots: 1 })
  const A = await here.generate('spd', 'A', { shape: [72, 72], tile: 24, seed: 5 })
  const { L: expected } = await here.cholesky(A, { out: 'here' })
  const { L, summary } = await there.cholesky(A, { out: 'there' })
  t.like(summary, { tasks: 10, emulatedBy: new URL(endpoint).host })
  t.deepEqual((await L.read()).data, (await expected.read()).data)
})
