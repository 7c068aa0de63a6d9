/** AWS's own runtime interface emulator, as an independent check: of what our emulator says, and of our handler. */

import test from 'ava'
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
