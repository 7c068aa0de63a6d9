import { fork } from 'node:child_process'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { createEmbeddedCoordinator } from '../../src/scheduler/index.ts'
import { openStore, type Store } from '../../src/storage/index.ts'
import { choleskyProblem, lowerHalf, residual, runCholesky } from '../helpers/cholesky-run.ts'
import { serveCoordinator } from '../helpers/coordinator-over-ipc.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

// A worker process that is stopped (SIGSTOP) past its lease, whose work others did meanwhile, and that wakes up.

const n = 60
const nb = 16
const leaseMs = 1500
const script = new URL('../helpers/stoppable-worker.ts', import.meta.url)

/** What identifies every file of a store: a file that is written again is another one. */
async function files(store: Store, folder: string): Promise<readonly string[]> {
  const found: string[] = []
  for await (const { key } of store.list('')) {
    const { ino, mtimeNs } = await stat(join(folder, key), { bigint: true })
    found.push(`${key} ${ino} ${mtimeNs}`)
  }
  return found.sort()
}

/** @param place where the worker is stopped; `completed`: between the coordinator's answer and what follows from it */
async function stopAndWake(t: ExecutionContext, place: 'computing' | 'stored' | 'completed') {
  const folder = await temporaryFolder(t)
  const store = openStore(pathToFileURL(folder).href)
  const problem = await choleskyProblem(n, nb, { store })
  const coordinator = createEmbeddedCoordinator({ program: problem.program, leaseMs, stragglers: false })
  const child = fork(script, [store.url, String(problem.nt), place], { serialization: 'advanced' })
  t.teardown(() => child.kill('SIGKILL'))
  const trace: string[] = []
  let stoppedAt = 0
  const stop = (): void => {
    child.kill('SIGSTOP')
    stoppedAt = performance.now()
  }
  const stopped = new Promise<void>((resolve, reject) => {
    child.on('message', (message: { readonly kind: string; readonly what?: string }) => {
      if (message.what !== undefined) trace.push(message.what)
      if (message.kind !== 'halted') return
      stop()
      resolve()
    })
    child.once('exit', (code) => reject(new Error(`the worker ended with ${code} before it was stopped`)))
    serveCoordinator(child, coordinator, async (method, pass) => {
      if (method === 'complete') trace.push(method)
      const result = await pass()
      const { dead = [] } = (result ?? {}) as { readonly dead?: readonly unknown[] }
      if (place === 'completed' && dead.length > 0 && stoppedAt === 0) {
        stop()
        resolve()
      }
      return result
    })
  })
  await stopped
  const other = await runCholesky(problem, { id: 'other', coordinator, durability: 'full' })
  t.is(other.outcome.state, 'done')
  while (performance.now() - stoppedAt < leaseMs * 1.1) await sleep(50)
  const before = { files: await files(store, folder), steps: trace.length }
  const exit = once(child, 'exit')
  child.kill('SIGCONT')
  child.send('go on')
  const [code] = await exit
  t.is(code, 0)
  return { problem, trace: trace.slice(before.steps), before: before.files, after: await files(store, folder) }
}

for (const place of ['computing', 'stored', 'completed'] as const)
  test(`a worker that is stopped past its lease leaves no trace when it wakes up: ${place}`, async (t) => {
    const { problem, trace, before, after } = await stopAndWake(t, place)
    t.deepEqual(trace, [])
    t.deepEqual(after, before)
    t.true((await residual(problem)) < 1e-16)
    const undisturbed = await choleskyProblem(n, nb)
    await runCholesky(undisturbed)
    t.deepEqual(await lowerHalf(problem.L, n), await lowerHalf(undisturbed.L, n))
  })
