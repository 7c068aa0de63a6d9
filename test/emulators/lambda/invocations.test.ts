import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { GetAccountSettingsCommand, GetFunctionCommand } from '@aws-sdk/client-lambda'
import test from 'ava'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { until } from '../../helpers/until.ts'
import { emulated, errorIn } from './helpers/call.ts'

const MB = 2 ** 20

test('requests and answers have a largest size', async (t) => {
  const { invoke, tell } = await emulated(t, {})
  const large = { text: 'x'.repeat(6 * MB) }
  await t.throwsAsync(invoke(large), { name: 'RequestEntityTooLargeException', message: /limit 6291456 bytes/ })
  await t.throwsAsync(invoke({ text: 'x'.repeat(MB) }, { type: 'Event' }), { message: /limit 1048576 bytes/ })
  await tell({ text: 'x'.repeat(6 * MB - 100) })
  t.is(errorIn(await invoke({ answerBytes: 6 * MB + 101 })).errorType, 'Function.ResponseSizeTooLarge')
  const most = await invoke({ answerBytes: 6 * MB + 100 })
  t.is(most.Payload?.length, 6 * MB + 100)
})

test('invocations beyond what is reserved or admitted are throttled', async (t) => {
  const reserved = await emulated(t, { worker: { concurrency: 1 } })
  const running = reserved.tell({ sleepMs: 300 })
  await until(() => reserved.emulator.stats().invocations === 1)
  const error = await t.throwsAsync(reserved.invoke({}), { name: 'TooManyRequestsException' })
  t.like(error, { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', $metadata: { httpStatusCode: 429 } })
  await running
  await t.notThrowsAsync(reserved.invoke({}))
  t.is(reserved.emulator.stats().throttles, 1)

  const none = await emulated(t, { accountConcurrency: 0 })
  t.like(await t.throwsAsync(none.invoke({})), { Reason: 'ConcurrentInvocationLimitExceeded' })
  const steep = await emulated(t, { ramp: { sandboxes: 0, perMs: 1000 } })
  t.like(await t.throwsAsync(steep.invoke({})), { Reason: 'FunctionInvocationRateLimitExceeded' })
})

test('an asynchronous invocation is run at least once, and thrice when it fails', async (t) => {
  const { invoke, emulator } = await emulated(t, { faults: { duplicateOneIn: 2 } })
  const log = join(await temporaryFolder(t), 'log')
  const runs = (): string[] => readFileSync(log, { encoding: 'utf8', flag: 'a+' }).split('\n').slice(0, -1)
  const accepted = await invoke({ appendTo: log }, { type: 'Event' })
  t.is(accepted.StatusCode, 202)
  await invoke({ appendTo: log }, { type: 'Event' })
  await until(() => runs().length === 3)
  t.is(new Set(runs()).size, 2)
  const failing = await emulated(t, {})
  await failing.invoke({ appendTo: log, throws: 'each time' }, { type: 'Event' })
  await until(() => runs().length === 6)
  t.is(new Set(runs()).size, 3)
  t.is(emulator.stats().duplicates, 1)
  t.is(failing.emulator.stats().retries, 2)
})

test('of N invocations one is killed, one loses its host and one its connection', async (t) => {
  const faults = { killOneIn: 3, lostHostOneIn: 3, cutOneIn: 3 }
  const { invoke, emulator } = await emulated(t, { faults })
  const seen: string[] = []
  for (let count = 0; count < 6; count++)
    seen.push(
      await invoke({ sleepMs: 20 }).then(
        (answer) => (answer.FunctionError ? errorIn(answer).errorMessage.replace(/.*Error: /, '') : 'answer'),
        (error: Error & { readonly code?: string }) => error.code ?? error.name,
      ),
    )
  const { kills, lostHosts, cuts, invocations } = emulator.stats()
  t.is(invocations, 6)
  const count = (what: string): number => seen.filter((one) => one === what).length
  t.is(count('Runtime exited with error: signal: killed'), kills)
  t.is(count('ServiceException'), lostHosts)
  t.is(count('ECONNRESET'), cuts)
  t.is(kills, 2)
  t.is(kills + lostHosts + cuts + count('answer'), 6)
})

test('what is no invocation of a function is refused', async (t) => {
  const { invoke, client, emulator } = await emulated(t, { accessKeys: ['known'] })
  await t.throwsAsync(invoke({}, { name: 'nobody' }), { name: 'ResourceNotFoundException' })
  t.is((await invoke({}, { type: 'DryRun' })).StatusCode, 204)
  t.is(emulator.stats().invocations, 0)
  const url = `${emulator.endpoint}/2015-03-31/functions/worker/invocations`
  t.is((await fetch(url, { method: 'POST', body: '{}' })).status, 403)
  const authorization = 'AWS4-HMAC-SHA256 Credential=stranger/20260101/us-east-1/lambda/aws4_request'
  t.is((await fetch(url, { method: 'POST', body: '{}', headers: { authorization } })).status, 403)
  const garbled = { authorization: authorization.replace('stranger', 'known') }
  t.is((await fetch(url, { method: 'POST', body: '{', headers: garbled })).status, 400)
  const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName: 'worker' }))
  t.like(Configuration, { MemorySize: 512, Timeout: 60, State: 'Active' })
  t.is((await client.send(new GetAccountSettingsCommand())).AccountLimit?.ConcurrentExecutions, 1000)
})
