import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import {
  type Coordinator,
  CoordinatorLostError,
  CoordinatorUnavailableError,
  createEmbeddedCoordinator,
} from '../../src/scheduler/index.ts'
import { DeadlineError, type WorkerState } from '../../src/worker/index.ts'
import { type CholeskyProblem, choleskyProblem, residual, runCholesky } from '../helpers/cholesky-run.ts'
import { FaultyStore } from '../helpers/faulty-store.ts'
import { gatedKernels } from '../helpers/gated-kernels.ts'
import { interpose } from '../helpers/interpose.ts'

// When and why a worker stops.

const n = 75
const nb = 16

function coordinatorOf(problem: CholeskyProblem, leaseMs = 30_000): Coordinator {
  return createEmbeddedCoordinator({ program: problem.program, stragglers: false, maxAttempts: 1000, leaseMs })
}

test('a worker that is started too late for its deadline says so with the numbers', async (t) => {
  const problem = await choleskyProblem(n, nb)
  const coordinator = coordinatorOf(problem)
  const states: WorkerState[] = []
  const error = await t.throwsAsync(
    runCholesky(problem, {
      coordinator,
      deadlineMs: Date.now() + 1000,
      deadlineMarginMs: 60_000,
      onState: (state) => states.push(state),
    }),
    { instanceOf: DeadlineError },
  )
  t.true(error!.leftMs <= 1000)
  t.is(error!.marginMs, 60_000)
  t.regex(error!.message, /ms are left until the deadline .* 60000 ms are kept .* -\d+ ms are left for work/)
  t.like(await coordinator.counts(), { leased: 0, done: 0 })
  t.is(states.at(-1), 'failed')
})

test('before its deadline a worker leases nothing that would not end in time, and gives back the rest', async (t) => {
  const problem = await choleskyProblem(n, nb)
  const coordinator = coordinatorOf(problem)
  const deadlineMs = Date.now() + 20_000
  const { outcome, reason, events } = await runCholesky(problem, {
    coordinator,
    // Far more than fits.
    kernels: gatedKernels(() => sleep(500)),
    sharesMemory: false,
    deadlineMs,
    deadlineMarginMs: 16_000,
  })
  t.true(Date.now() < deadlineMs)
  t.is(reason, 'deadline')
  t.is(outcome.state, 'running')
  const { leased, done } = await coordinator.counts()
  t.is(leased, 0)
  t.is(done, events.filter((e) => e.type === 'task' && e.counted).length)
  t.is((await runCholesky(problem, { id: 'w1', coordinator, sharesMemory: false })).outcome.state, 'done')
  t.true((await residual(problem)) < 1e-16)
})

test('a kernel that does not end before the deadline is left alone, its task given back', async (t) => {
  let free = (): void => undefined
  const gate = new Promise<void>((resolve) => {
    free = resolve
  })
  const puts: string[] = []
  const problem = await choleskyProblem(n, nb, {
    through: (store) => new FaultyStore(store, { beforePut: (key) => void puts.push(key) }),
  })
  const coordinator = coordinatorOf(problem)
  const { reason } = await runCholesky(problem, {
    coordinator,
    kernels: gatedKernels(() => gate),
    deadlineMs: Date.now() + 22_000,
    deadlineMarginMs: 20_000,
    sharesMemory: false,
  })
  t.is(reason, 'deadline')
  t.like(await coordinator.counts(), { leased: 0, ready: 1, done: 0 })
  free()
  t.is((await runCholesky(problem, { id: 'w1', coordinator })).outcome.state, 'done')
  t.is(puts.length, 15, 'nothing is written twice')
})

test('a worker with nothing to do leaves after its idle time, and not while it works', async (t) => {
  const problem = await choleskyProblem(n, nb)
  const coordinator = coordinatorOf(problem)
  const [lease] = await coordinator.lease('other', { count: 1 })
  const waiting = await runCholesky(problem, { coordinator, idleMs: 100 })
  t.is(waiting.reason, 'idle')
  t.is(waiting.outcome.state, 'running')
  await coordinator.release('other', [lease!])
  const working = await runCholesky(problem, {
    coordinator,
    kernels: gatedKernels(() => sleep(20)),
    idleMs: 1,
    slots: 1,
    prefetch: 1,
  })
  t.is(working.reason, 'run-over')
  t.deepEqual(working.outcome, { state: 'done' })
})

const methods = ['lease', 'renew', 'complete', 'release', 'fail', 'finished'] as const
type Method = (typeof methods)[number]

/** Runs a worker whose calls of `method` fail from some point on, with as much on its hands as possible. */
async function runUntilGone(method: Method, error: () => Error) {
  const problem = await choleskyProblem(n, nb, {
    through: (store) =>
      new FaultyStore(store, {
        beforePut: async () => {
          if (method === 'renew') await sleep(20)
          if (method === 'fail') throw new Error('of its own')
        },
      }),
  })
  const embedded = coordinatorOf(problem, method === 'renew' ? 60 : undefined)
  const stop = new AbortController()
  const states: WorkerState[] = []
  let calls = 0
  let tasks = 0
  let isGone = false
  let completedAfterwards = 0
  const coordinator = interpose(
    interpose(embedded, {
      [method]: async (target: Coordinator, ...args: unknown[]) => {
        isGone ||= ++calls >= 3 || ['release', 'fail', 'finished'].includes(method)
        if (isGone) throw error()
        return (target[method] as (...args: unknown[]) => unknown).apply(target, args)
      },
    }),
    {
      complete(target, ...args) {
        if (isGone) completedAfterwards++
        return target.complete(...args)
      },
    },
  )
  const end = await runCholesky(problem, {
    coordinator,
    durability: 'full',
    sharesMemory: false,
    prefetch: 4,
    signal: stop.signal,
    onState: (state) => states.push(state),
    onEvent: (event) => {
      if (event.type === 'task' && ++tasks === 3 && method === 'release') stop.abort()
    },
  }).then(
    ({ reason }) => reason,
    (thrown: unknown) => thrown,
  )
  return { end, completedAfterwards, lastState: states.at(-1) }
}

for (const method of methods) {
  test(`a worker whose plan is lost lets go of everything quietly: ${method}`, async (t) => {
    const lost = await runUntilGone(method, () => new CoordinatorLostError('run', 'epoch', 'flushed'))
    t.deepEqual(lost, { end: 'lost', completedAfterwards: 0, lastState: 'stopped' })
  })

  test(`a worker whose coordinator cannot be reached fails with that: ${method}`, async (t) => {
    const unavailable = new CoordinatorUnavailableError('no answer for 60 s')
    const failed = await runUntilGone(method, () => unavailable)
    t.deepEqual(failed, { end: unavailable, completedAfterwards: 0, lastState: 'failed' })
  })
}

test('leases that come while a worker drains go back unworked', async (t) => {
  const problem = await choleskyProblem(n, nb)
  const stop = new AbortController()
  const embedded = coordinatorOf(problem)
  let released = 0
  const coordinator = interpose(embedded, {
    async lease(target, ...args) {
      const leases = await target.lease(...args)
      if (leases.length > 0) stop.abort()
      return leases
    },
    release(target, worker, leases) {
      released += leases.length
      return target.release(worker, leases)
    },
  })
  const { reason, events } = await runCholesky(problem, { coordinator, signal: stop.signal })
  t.is(reason, 'drained')
  t.is(released, 1)
  t.deepEqual(events, [])
  t.deepEqual(await embedded.counts(), { total: 35, ready: 1, leased: 0, done: 0 })
  t.is((await runCholesky(problem, { coordinator: embedded })).outcome.state, 'done')
  t.true((await residual(problem)) < 1e-16)
})
