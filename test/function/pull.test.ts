/** Functions that pull: trees of processes over a Redis of their own. */

import { createServer } from 'node:net'
import test, { type ExecutionContext } from 'ava'
import { connect } from '../../src/index.ts'
import type { PullAnswer, PullRequest } from '../../src/providers/index.ts'
import { functionProcesses } from '../helpers/function-processes.ts'
import { startFunctionServer } from '../helpers/function-server.ts'
import { startRedis } from '../helpers/servers/redis.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../helpers/until.ts'

function pull(store: string, coordinator: string, more: Partial<PullRequest>): PullRequest {
  const names = { version: 1, kind: 'pull', invocation: 'call', worker: 'tree', store, coordinator } as const
  return { ...names, width: 1, arity: 2, idleMs: 60_000, ...more }
}

test.serial('a tree of five does a run together, and keeps no connection beyond its answer', async (t) => {
  const [store, redis] = await Promise.all([temporaryFolder(t), startRedis(t)])
  await using alone = await connect({ store, provider: 'here' })
  await alone.generate('spd', 'A', { shape: [160, 160], tile: [16, 16], seed: 5 })
  const server = await startFunctionServer(t, { NUMPYWREN_VCPUS: '1' })
  const npw = await connect({ store, provider: 'here', coordinator: redis.url, workers: 0 })
  const factored = npw.cholesky('A', { out: 'L', runId: 'r' })
  await factored.start()
  const answer = (await server.ask(pull(store, redis.url, { run: 'r', width: 5 }))) as PullAnswer
  const { summary } = await factored
  t.deepEqual(answer.out, [])
  t.is(answer.why, 'run-over', answer.error?.message)
  t.deepEqual(answer.subtree.map(({ worker }) => worker).sort(), ['tree.1', 'tree.1.1', 'tree.2', 'tree.2.1'])
  t.deepEqual([...new Set(answer.subtree.map(({ why }) => why))], ['run-over'])
  t.is(new Set([answer, ...answer.subtree].map(({ sandbox }) => sandbox.id)).size, 5)
  t.is(answer.tasks + answer.subtree.reduce((sum, { tasks }) => sum + tasks, 0), summary.tasks)
  await npw.close()
  await until(async () => (await redis.cli('CLIENT', 'LIST')).split('\n').length === 1)
  t.true((await functionProcesses(server.pid)).length === 0, 'those that it invoked are gone')
  t.is((await server.ask({ version: 1, kind: 'ping', invocation: 'p' })).sandbox.invocations, 2)
})

test.serial('one that dies below another is replaced, with all below it', async (t) => {
  const server = await startFunctionServer(t)
  const request = pull(await temporaryFolder(t), await silentCoordinator(t), { width: 2 })
  server.ask(request).catch(() => undefined)
  const children = (): Promise<number[]> => functionProcesses(server.pid)
  await until(async () => (await children()).length === 1)
  const [first] = await children()
  process.kill(first!, 'SIGKILL')
  await until(async () => (await children()).some((pid) => pid !== first))
  t.pass()
})

test.serial('a child that does not answer in time is named, and its parent answers', async (t) => {
  const server = await startFunctionServer(t)
  const store = await temporaryFolder(t)
  const asked = server.ask(pull(store, await silentCoordinator(t), { width: 2, deadlineMs: Date.now() + 8000 }))
  await until(async () => (await functionProcesses(server.pid)).length === 1)
  const [child] = await functionProcesses(server.pid)
  process.kill(child!, 'SIGSTOP')
  const answer = (await asked) as PullAnswer
  t.is(answer.why, 'error', 'its own coordinator says nothing either')
  t.like(answer.out, [{ worker: 'tree.1', width: 1, failure: { tag: 'InvocationError' } }])
  t.regex(answer.out[0]!.failure.message, /no answer before the time was up/)
})

/** URL of one that takes connections and says nothing. */
async function silentCoordinator(t: ExecutionContext): Promise<string> {
  const sockets = new Set<{ destroy(): void }>()
  const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return `redis://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}
