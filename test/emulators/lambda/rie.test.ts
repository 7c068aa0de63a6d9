/** AWS's own runtime interface emulator, as an independent check: of what our emulator says, and of our handler. */

import test from 'ava'
import {
  decodeAnswer,
  type PingAnswer,
  type PingRequest,
  PROTOCOL_VERSION,
} from '../../../src/providers/function/index.ts'
import { hasRuntimeInterfaceEmulator, startRuntimeInterfaceEmulator } from '../../helpers/emulators/lambda/rie.ts'
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
