/** The stand-in for Cloud Run itself: what tests of the provider rely on. */

import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { type CloudRunEmulator, DRIVER, startCloudRunEmulator } from '../../helpers/emulators/cloud-run/emulator.ts'
import type { CloudRunEmulatorOptions, EmulatedService } from '../../helpers/emulators/cloud-run/options.ts'
import { processRunner } from '../../helpers/emulators/lambda/process-runner.ts'
import { until } from '../../helpers/until.ts'

const script = fileURLToPath(new URL('../../helpers/emulators/cloud-run/scripted-instance.mjs', import.meta.url))

interface Said {
  readonly pid: number
  readonly requests: number
  readonly most: number
}

async function start(
  t: ExecutionContext<unknown>,
  service: Partial<EmulatedService> = {},
  options: CloudRunEmulatorOptions = {},
): Promise<CloudRunEmulator> {
  const runner = processRunner({ command: [process.execPath, script] })
  return await startCloudRunEmulator(t, { runner, ...options, services: [{ name: 'worker', ...service }] })
}

function call(emulator: CloudRunEmulator, body: object = {}, token?: string): Promise<Response> {
  const url = emulator.urlOf('worker')
  const authorization = `Bearer ${token ?? emulator.identities.idToken(DRIVER, url)}`
  return fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { authorization } })
}

const said = async (answer: Response): Promise<Said> => (await answer.json()) as Said

async function untilServed(emulator: CloudRunEmulator): Promise<Said> {
  let answer: Response | undefined
  await until(async () => {
    answer = await call(emulator)
    return answer.status === 200
  })
  return await said(answer as Response)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('an instance takes one request at a time, and rests between them', async (t) => {
  const emulator = await start(t)
  const answers = await Promise.all([1, 2, 3].map(async () => said(await call(emulator, { sleepMs: 300 }))))
  t.is(new Set(answers.map(({ pid }) => pid)).size, 3)
  t.true(answers.every(({ most }) => most === 1))
  const again = await said(await call(emulator))
  t.is(again.requests, 2)
  t.like(emulator.stats(), { coldStarts: 3, freezes: 4 })
})

test('beyond the most instances requests wait for a moment, and are refused then', async (t) => {
  const emulator = await start(t, { maxInstances: 1 }, { pendingMs: 1000 })
  await call(emulator)
  const [first, waited] = await Promise.all([call(emulator, { sleepMs: 100 }), call(emulator)])
  t.deepEqual([first.status, waited.status], [200, 200])
  const held = call(emulator, { sleepMs: 2000 })
  await until(() => emulator.stats().requests === 4)
  t.is((await call(emulator)).status, 429)
  t.is((await held).status, 200)
  t.is(emulator.stats().throttles, 1)
  t.is(emulator.stats().coldStarts, 1)
})

test('at the time limit the caller gets a 504, and the instance goes on', async (t) => {
  const emulator = await start(t, { timeoutS: 1, maxInstances: 1 })
  t.is((await call(emulator, { sleepMs: 1500 })).status, 504)
  // It is the same instance that takes the next, when it is done with the first.
  const { requests, most } = await untilServed(emulator)
  t.true(requests > 1)
  t.is(most, 1)
  t.is(emulator.stats().coldStarts, 1)
  t.true(emulator.stats().timeouts >= 1)
})

test('only tokens for this service, in time, of accounts that may invoke it, are let in', async (t) => {
  const emulator = await start(t)
  const url = emulator.urlOf('worker')
  const { identities } = emulator
  const statuses = await Promise.all(
    [
      identities.idToken(DRIVER, 'https://elsewhere.example'),
      identities.idToken(DRIVER, url, Date.now() - 2 * 3_600_000),
      `${identities.idToken(DRIVER, url).slice(0, -8)}AAAAAAAA`,
      identities.accessToken(DRIVER),
      identities.idToken('stranger@elsewhere.iam.gserviceaccount.com', url),
    ].map(async (token) => (await call(emulator, {}, token)).status),
  )
  t.deepEqual(statuses, [401, 401, 401, 401, 403])
  t.is((await fetch(url, { method: 'POST' })).status, 403)
  t.is(emulator.stats().denied, 6)
  t.is(emulator.stats().requests, 0)
  // The token itself does not reach the instance.
  const answer = await call(emulator)
  t.is(((await answer.json()) as { authorization?: string }).authorization, undefined)
})

test('what is too large is refused both ways', async (t) => {
  const emulator = await start(t)
  t.is((await call(emulator, { filler: 'x'.repeat(33 * 2 ** 20) })).status, 413)
  t.is((await call(emulator, { bytes: 33 * 2 ** 20 })).status, 500)
})

test('an idle service has no instances: they are asked to end, and ended if they do not', async (t) => {
  const emulator = await start(t, {}, { idleMs: 50 })
  const { pid } = await said(await call(emulator))
  await until(() => !isAlive(pid))
  t.like(emulator.stats(), { terminated: 1, forced: 0, exits: 0 })
  const stubborn = await start(t, { environment: { STUBBORN: '1' } }, { idleMs: 50, graceMs: 100 })
  const other = await said(await call(stubborn))
  await until(() => !isAlive(other.pid))
  await until(() => stubborn.stats().forced === 1)
  t.is((await call(stubborn)).status, 200, 'a new one starts')
  t.is(stubborn.stats().coldStarts, 2)
})

test('an instance that ends takes its request with it, by itself or by the dice', async (t) => {
  const emulator = await start(t)
  t.is((await call(emulator, { exit: 3 })).status, 503)
  await until(() => emulator.stats().exits === 1)
  t.is((await call(emulator)).status, 200)
  const doomed = await start(t, {}, { faults: { seed: 1, killOneIn: 3 } })
  const statuses: number[] = []
  for (let at = 0; at < 9; at++) statuses.push((await call(doomed)).status)
  t.is(statuses.filter((status) => status === 503).length, 3)
  t.is(doomed.stats().kills, 3)
})

test('instances end with the emulator', async (t) => {
  const emulator = await start(t)
  const { pid } = await said(await call(emulator))
  t.true(isAlive(pid), JSON.stringify([emulator.stats(), pid]))
  await emulator.close()
  t.false(isAlive(pid))
})
