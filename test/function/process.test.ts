/** One process of the function, spoken to over HTTP, with its run in S3. */

import { once } from 'node:events'
import test, { type ExecutionContext } from 'ava'
import { type BatchRequest, encodeRequest, type FunctionAnswer } from '../../src/providers/index.ts'
import { openStore, type Store } from '../../src/storage/index.ts'
import { bitsOf, startCholesky, storeInput } from '../helpers/driven-cholesky.ts'
import { type FunctionServer, startFunctionServer } from '../helpers/function-server.ts'
import { startVersitygw, type Versitygw } from '../helpers/servers/versitygw.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../helpers/until.ts'

interface Site {
  readonly gateway: Versitygw
  readonly store: Store
  readonly server: FunctionServer
}

/** An S3 server, a store in it, and a process of the function that reaches it. */
async function site(t: ExecutionContext, env: Readonly<Record<string, string>> = {}): Promise<Site> {
  const gateway = await startVersitygw(t)
  const state = { XDG_STATE_HOME: await temporaryFolder(t) }
  Object.assign(process.env, gateway.env, state)
  const store = openStore(`${await gateway.url('bucket')}/work`)
  t.teardown(() => store.close())
  const server = await startFunctionServer(t, { NUMPYWREN_VCPUS: '1', ...env })
  return { gateway, store, server }
}

let calls = 0
function batch(store: Store, ids: readonly string[]): BatchRequest {
  const tasks = ids.map((id) => ({ id, attempt: 1, backup: false, priority: 0 }))
  const invocation = `call-${++calls}`
  return { version: 1, kind: 'batch', store: store.url, run: 'r', round: 'one', worker: 'w', invocation, tasks }
}

const states = (answer: FunctionAnswer): readonly string[] =>
  answer.kind === 'batch' ? answer.tasks.map(({ state }) => state) : [answer.error?.message ?? answer.kind]

/** Those that read the input and the first tile of the factor alone: `potrf` of that tile, and the panel below it. */
const DIAGONAL = '0:0'
const PANEL = ['2:0,1', '2:0,2', '2:0,3'] as const

async function finished(store: Store): Promise<ReadonlyMap<string, string>> {
  await storeInput(store, 40, 10)
  await (await startCholesky(store, { nt: 4, id: 'r' })).wait()
  const bits = await bitsOf(store, 'L')
  await store.deleteAll(bits.keys())
  return bits
}

test.serial('stopped for a while, its connections cut meanwhile, it goes on to the same bits', async (t) => {
  const { gateway, store, server } = await site(t)
  const wanted = await finished(store)
  t.deepEqual(states(await server.ask(batch(store, [DIAGONAL]))), ['done'])
  process.kill(server.pid, 'SIGSTOP')
  await gateway.restart()
  process.kill(server.pid, 'SIGCONT')
  const answer = await server.ask(batch(store, PANEL))
  t.deepEqual(states(answer), ['done', 'done', 'done'])
  t.is(answer.sandbox.invocations, 2)
  const found = await bitsOf(store, 'L')
  t.is(found.size, 4)
  for (const [key, bits] of found) t.is(bits, wanted.get(key)!, key)
})

test.serial('asked to end it gives back what does not compute, answers, and ends', async (t) => {
  const { gateway, store, server } = await site(t)
  await finished(store)
  // No read comes to its end until the gateway goes on.
  process.kill(gateway.pid, 'SIGSTOP')
  t.teardown(() => process.kill(gateway.pid, 'SIGCONT'))
  const asked = server.ask(batch(store, [DIAGONAL, ...PANEL]))
  asked.catch(() => undefined)
  const ping = encodeRequest({ version: 1, kind: 'ping', invocation: 'p' })
  await until(async () => (await server.post(ping)).status === 429)
  const ended = once(server.child, 'exit')
  server.child.kill('SIGTERM')
  await until(() =>
    server.post(ping).then(
      () => false,
      () => true,
    ),
  )
  process.kill(gateway.pid, 'SIGCONT')
  t.deepEqual(states(await asked), ['returned', 'returned', 'returned', 'returned'])
  t.deepEqual(await ended, [0, null])
})

test.serial('a record in a bucket does not make it read what lies on its machine', async (t) => {
  const { store, server } = await site(t)
  const folder = openStore(await temporaryFolder(t))
  await storeInput(folder, 40, 10)
  await (
    await startCholesky(store, { nt: 4, id: 'r', bindings: { A: { store: folder, path: 'A' }, L: { path: 'L' } } })
  ).wait()
  const request = batch(store, [DIAGONAL])
  t.deepEqual(states(await server.ask(request)), ['done'], 'this user made the record here')
  const elsewhere = await startFunctionServer(t, { XDG_STATE_HOME: await temporaryFolder(t) })
  const answer = await elsewhere.ask(request)
  t.deepEqual(states(answer), ['returned'])
  t.regex(answer.error?.message ?? '', /names places on this machine.*not started by this user/)
})

test.serial('takes requests of its own caller only, and says what is wrong with them', async (t) => {
  const server = await startFunctionServer(t)
  const body = encodeRequest({ version: 1, kind: 'ping', invocation: 'p' })
  t.is((await server.post(body)).status, 200)
  t.is((await server.post(body, {})).status, 401)
  t.is((await server.post(body, { authorization: 'Bearer another key, as long' })).status, 401)
  const authorization = 'Bearer a key of this test'
  t.is((await fetch(server.url, { headers: { authorization } })).status, 405)
  t.is((await server.post('x'.repeat(32 * 2 ** 20 + 1))).status, 413)
  for (const garbled of [
    '',
    '{"version": 1, "kind"',
    '\u0000\u0001',
    '"text"',
    '[[[[]]]]',
    `{"__proto__": {"kind": "ping"}}`,
  ]) {
    const response = await server.post(garbled)
    const answer = (await response.json()) as FunctionAnswer
    t.is(response.status, 200)
    t.is(answer.kind, 'refused', garbled)
    t.is(answer.error?.tag, 'RequestFormatError')
  }
  t.is((await server.post(body, { authorization, 'content-type': 'text/plain' })).status, 200)
  const ended = once(server.child, 'exit')
  // As when the process that started it is killed.
  server.child.stdin?.destroy()
  t.deepEqual(await ended, [null, 'SIGKILL'])
})
