import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:net'
import type { ExecutionContext, TestFn } from 'ava'
import { isNumpywrenError } from '../../src/errors.ts'
import {
  type DeployedFunction,
  decodeAnswer,
  encodeRequest,
  type FunctionPlace,
  type FunctionProvider,
  type PingAnswer,
  type PingRequest,
  PROTOCOL_VERSION,
  type PullRequest,
} from '../../src/providers/function/index.ts'
import { functionWorkers } from '../../src/providers/index.ts'
import { openStore, type Store } from '../../src/storage/index.ts'
import { bitsOf, startCholesky, storeInput } from '../helpers/driven-cholesky.ts'
import { until } from '../helpers/until.ts'

/** A provider with a function that is up, and a store that both sides reach. */
export interface FunctionHarness {
  readonly provider: FunctionProvider
  readonly place: FunctionPlace
  /** A store of its own for each test. */
  storeUrl(t: ExecutionContext): Promise<string>
  /** Kills the sandbox of that id, as a crash would. */
  kill(sandbox: string): Promise<void>
  /** Where the platform has such a limit: the same function with that many invocations at the same time. */
  readonly limitedTo?: ((t: ExecutionContext, concurrency: number) => Promise<DeployedFunction>) | undefined
  /** A function that is not there; `undefined` where none needs to be deployed. */
  readonly absent?: FunctionPlace | undefined
}

/** Every rule of FunctionProvider.connect and DeployedFunction, on one implementation. Its tests run one after the other. */
export function functionConformance(
  test: TestFn,
  name: string,
  open: (t: ExecutionContext) => Promise<FunctionHarness>,
): void {
  async function connected(t: ExecutionContext): Promise<{ harness: FunctionHarness; deployed: DeployedFunction }> {
    const harness = await open(t)
    const deployed = await harness.provider.connect(harness.place)
    t.teardown(() => deployed.close())
    return { harness, deployed }
  }

  test.serial(`${name}: says what a sandbox has, and a second call finds it warm`, async (t) => {
    const { harness, deployed } = await connected(t)
    t.is(deployed.provider, harness.provider.name)
    const { shape, facts } = deployed
    t.true(Number.isInteger(shape.slots) && shape.slots >= 1)
    t.true(shape.tileBytes > 0 && shape.tileBytes < shape.memoryBytes)
    t.true(shape.timeoutMs > 0 && shape.timeoutMs <= facts.limits.timeoutMs)
    const first = await ping(deployed)
    const second = await ping(deployed)
    t.is(second.sandbox.id, first.sandbox.id)
    t.false(second.sandbox.cold)
    t.is(second.sandbox.invocations, first.sandbox.invocations + 1)
    t.true(first.sandbox.slots >= shape.slots)
    t.true(first.receivedAt <= first.answeredAt)
  })

  test.serial(`${name}: does the tasks of a run, to the same bits as this process`, async (t) => {
    const { harness, deployed } = await connected(t)
    const store = openedStore(t, await harness.storeUrl(t))
    await storeInput(store, 40, 10)
    const here = await startCholesky(store, { nt: 4, id: 'here' })
    await here.wait()
    const wanted = await bitsOf(store, 'L')
    const there = await startCholesky(store, {
      nt: 4,
      id: 'there',
      provider: functionWorkers(deployed),
      bindings: { A: { path: 'A' }, L: { path: 'M' } },
      options: { workers: 2, slots: deployed.shape.slots },
    })
    const { tasks, invocations, emulatedBy, coreSeconds } = await there.wait()
    t.is(tasks, 20)
    t.true(invocations >= 5, 'as many as the longest path at least')
    t.true(coreSeconds > 0)
    t.is(emulatedBy, deployed.emulatedBy)
    const found = await bitsOf(store, 'M')
    t.deepEqual([...found.values()], [...wanted.values()])
  })

  test.serial(`${name}: answers with what is wrong with a request`, async (t) => {
    const { deployed } = await connected(t)
    const request = pingRequest()
    const { body } = await deployed.invoke(JSON.stringify({ ...request, kind: 'nonsense' }), {})
    t.is(decodeAnswer(body, request).kind, 'refused')
  })

  test.serial(
    `${name}: two invocations at once go to two sandboxes, and one that dies takes nobody with it`,
    async (t) => {
      const { harness, deployed } = await connected(t)
      const trap = await coordinatorThatNeverAnswers(t)
      const storeUrl = await harness.storeUrl(t)
      const before = await ping(deployed)
      const held = deployed.invoke(encodeRequest(pullRequest(storeUrl, trap.url)), {})
      held.catch(() => undefined)
      await until(() => trap.connections > 0)
      const beside = await ping(deployed)
      t.not(beside.sandbox.id, before.sandbox.id, 'the warm one is at work')
      await harness.kill(before.sandbox.id)
      const error = await t.throwsAsync(held)
      t.true(isNumpywrenError(error, 'InvocationError'), String(error))
      t.is((error as { end?: string }).end, 'crashed')
      t.is((await ping(deployed)).sandbox.id, beside.sandbox.id)
    },
  )

  test.serial(`${name}: an aborted call ends with the reason`, async (t) => {
    const { harness, deployed } = await connected(t)
    const trap = await coordinatorThatNeverAnswers(t)
    const stop = new AbortController()
    const reason = new Error('enough')
    const held = deployed.invoke(encodeRequest(pullRequest(await harness.storeUrl(t), trap.url)), {
      signal: stop.signal,
    })
    held.catch(() => undefined)
    await until(() => trap.connections > 0)
    stop.abort(reason)
    t.is(await t.throwsAsync(held), reason)
    await t.throwsAsync(deployed.invoke(encodeRequest(pingRequest()), { signal: stop.signal }))
    await ping(deployed)
  })

  test.serial(`${name}: what is larger than the platform takes is refused`, async (t) => {
    const { deployed } = await connected(t)
    const body = JSON.stringify({ ...pingRequest(), filler: 'x'.repeat(deployed.facts.limits.requestBytes) })
    const error = await t.throwsAsync(deployed.invoke(body, {}))
    t.true(isNumpywrenError(error, 'PayloadTooLargeError'), String(error))
  })

  test.serial(`${name}: beyond its concurrency it is throttled, and serves again when there is room`, async (t) => {
    const harness = await open(t)
    if (harness.limitedTo === undefined) return t.pass('it has no such limit')
    const deployed = await harness.limitedTo(t, 1)
    t.teardown(() => deployed.close())
    const trap = await coordinatorThatNeverAnswers(t)
    const stop = new AbortController()
    const { signal } = stop
    const held = deployed.invoke(encodeRequest(pullRequest(await harness.storeUrl(t), trap.url)), { signal })
    held.catch(() => undefined)
    await until(() => trap.connections > 0)
    const error = await t.throwsAsync(ping(deployed))
    t.true(isNumpywrenError(error, 'ThrottledError'), String(error))
    stop.abort()
    trap.hangUp()
    await until(() =>
      ping(deployed).then(
        () => true,
        (error: unknown) => !isNumpywrenError(error, 'ThrottledError'),
      ),
    )
    return t.pass()
  })

  test.serial(`${name}: a function that is not there is said not to be`, async (t) => {
    const { provider, absent } = await open(t)
    if (absent === undefined) return t.pass('nothing needs to be deployed')
    const error = await t.throwsAsync(provider.connect(absent))
    return t.true(isNumpywrenError(error, 'FunctionNotFoundError'), String(error))
  })
}

function pingRequest(): PingRequest {
  return { version: PROTOCOL_VERSION, kind: 'ping', invocation: randomBytes(8).toString('hex') }
}

export async function ping(deployed: DeployedFunction): Promise<PingAnswer> {
  const request = pingRequest()
  const { body } = await deployed.invoke(encodeRequest(request), {})
  const answer = decodeAnswer(body, request)
  if (answer.kind !== 'ping') throw new Error(`the function refused: ${answer.error.message}`)
  return answer
}

/** Takes as long as its coordinator keeps it waiting. */
function pullRequest(store: string, coordinator: string): PullRequest {
  const invocation = randomBytes(8).toString('hex')
  const common = { version: PROTOCOL_VERSION, kind: 'pull', invocation, store, coordinator, worker: 'w' } as const
  return { ...common, width: 1, arity: 1, idleMs: 60_000 }
}

interface Trap {
  readonly url: string
  readonly connections: number
  hangUp(): void
}

/** Takes connections and says nothing. */
async function coordinatorThatNeverAnswers(t: ExecutionContext): Promise<Trap> {
  const sockets = new Set<{ destroy(): void }>()
  let connections = 0
  const server: Server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  t.teardown(hangUp)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `redis://127.0.0.1:${port}`,
    get connections() {
      return connections
    },
    hangUp,
  }
}

function openedStore(t: ExecutionContext, url: string): Store {
  const store = openStore(url)
  t.teardown(() => store.close())
  return store
}
