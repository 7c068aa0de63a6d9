import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { kernelRegistry } from '../../../src/kernels/index.ts'
import { cancelRun, type Run, runStatus } from '../../../src/run/index.ts'
import { type Coordination, redisCoordination } from '../../../src/run/shared/index.ts'
import { type JoinOptions, joinRun } from '../../../src/run/shared/join.ts'
import { MemoryStore, StoreFullError } from '../../../src/storage/index.ts'
import { bitsOf, resume, startCholesky, storeInput } from '../../helpers/driven-cholesky.ts'
import { FaultyStore } from '../../helpers/faulty-store.ts'
import { gatedKernels } from '../../helpers/gated-kernels.ts'
import { startRedis } from '../../helpers/servers/redis.ts'

const n = 90
const nb = 16
const nt = 6
const id = 'r'
/** One that would wait for ever must not end its test by that alone. */
const PATIENCE_MS = 60_000

interface Shared {
  readonly store: MemoryStore
  readonly coordination: Coordination
}

async function shared(t: ExecutionContext<unknown>): Promise<Shared> {
  t.timeout(2 * PATIENCE_MS)
  const redis = await startRedis(t)
  const coordination = await redisCoordination(redis.url)
  t.teardown(() => coordination.close())
  const store = new MemoryStore()
  await storeInput(store, n, nb)
  return { store, coordination }
}

/** Begins to drive the run and is gone without a word, as a command that is killed. */
async function drivenAndLeft({ store, coordination }: Shared, how: 'start' | 'resume'): Promise<void> {
  const sharing = { coordination, startProcesses: undefined, endsProcesses: true }
  const killed = new AbortController()
  const options = { sharing, signal: killed.signal }
  const run: Run = await (how === 'start'
    ? startCholesky(store, { nt, id, options: { workers: 0, slots: 1, durability: 'full' }, ...options })
    : resume(store, id, options))
  for await (const event of run) if (event.type === 'run-started') break
  while ((await coordination.run({ runId: id, storeUrl: store.url }).epoch())?.state !== 'running') await sleep(10)
  killed.abort()
  await run.wait().catch(() => undefined)
  const key = `.numpywren/runs/${id}/state.json`
  const said = JSON.parse(new TextDecoder().decode(await store.get(key)))
  await store.put(key, new TextEncoder().encode(JSON.stringify({ ...said, state: 'running' })))
}

/** Works on the run until it is over. @throws how it ended otherwise, and when it does not end */
async function work({ store, coordination }: Shared, name: string, more: Partial<JoinOptions> = {}): Promise<string> {
  const worker = { store, coordination, kernels: kernelRegistry, slots: 1, memoryBytes: 2 ** 26, name, ...more }
  const { why } = await joinRun(id, { ...worker, signal: AbortSignal.timeout(PATIENCE_MS) })
  return why
}

/** The store, without room for anything from now on. */
function full(store: MemoryStore): FaultyStore {
  return new FaultyStore(store, {
    beforePut: (key) => {
      throw new StoreFullError({ operation: 'write', url: key, cause: new Error('ENOSPC') })
    },
  })
}

test('on a full disk, with the driver gone, every worker says why the run ended', async (t) => {
  const around = await shared(t)
  await drivenAndLeft(around, 'start')
  const store = full(around.store)
  for (const ended of await Promise.allSettled(['a', 'b'].map((name) => work(around, name, { store }))))
    t.regex(
      String((ended as PromiseRejectedResult).reason),
      /no space to write .*numpywren resume r --store memory:/,
      ended.status,
    )
})

test('a run that is cancelled on a full disk, with the driver gone, keeps no worker', async (t) => {
  const around = await shared(t)
  await drivenAndLeft(around, 'start')
  await cancelRun(around.store, id)
  const store = full(around.store)
  for (const ended of await Promise.allSettled(['a', 'b'].map((name) => work(around, name, { store }))))
    t.regex(String((ended as PromiseRejectedResult).reason), /run r was cancelled; .*numpywren resume r/, ended.status)
})

test('a worker that has recorded the end of a run drives it again when it is resumed and left before the worker is gone', async (t) => {
  const around = await shared(t)
  await drivenAndLeft(around, 'start')
  const gate = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const kernels = gatedKernels(() => {
    begun.resolve()
    return gate.promise
  })
  const working = work(around, 'a', { kernels })
  await begun.promise
  await cancelRun(around.store, id)
  while ((await runStatus(around.store, id)).state !== 'cancelled') await sleep(20)
  await drivenAndLeft(around, 'resume')
  gate.resolve()
  t.is(await working, 'run-over')
  t.is((await runStatus(around.store, id)).state, 'done')
  const undisturbed = new MemoryStore()
  await storeInput(undisturbed, n, nb)
  await (await startCholesky(undisturbed, { nt })).wait()
  t.deepEqual(await bitsOf(around.store, 'L'), await bitsOf(undisturbed, 'L'))
})
