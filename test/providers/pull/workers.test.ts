import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import fc from 'fast-check'
import { MemorySink } from '../../../src/events/index.ts'
import type { DeployedFunction } from '../../../src/providers/function/index.ts'
import type { ProcessContext } from '../../../src/providers/provider.ts'
import { PullWorkers, rootsOf } from '../../../src/providers/pull/index.ts'
import { until } from '../../helpers/until.ts'
import { crash, scriptedFunction } from '../helpers/scripted-function.ts'
import { countingServer } from './helpers.ts'

const context: ProcessContext = {
  runId: 'run',
  storeUrl: 's3://bucket/work',
  coordinator: 'redis://10.0.0.1',
  environment: {},
  group: 'group',
  dismiss: async () => undefined,
}

function started(
  deployed: DeployedFunction,
  options: { readonly workers: number; readonly arity?: number },
): { readonly workers: PullWorkers; readonly events: MemorySink } {
  const workers = new PullWorkers(deployed, context, { slots: 2, memoryBytes: 1000, ...options })
  const events = new MemorySink()
  workers.report(events)
  return { workers, events }
}

test('a tree of hundreds is kept open by a few calls, and every worker is told of', async (t) => {
  const server = await countingServer(t)
  const { workers, events } = started(server.deployed, { workers: 300, arity: 8 })
  await until(() => server.workers.size === 300)
  t.is(server.rootCalls, 8)
  server.endRun()
  await workers.end(true)
  t.is(server.workers.size, 0)
  const invocations = events.events.filter((event) => event.type === 'invocation')
  t.is(invocations.length, 300)
  t.is(new Set(invocations.map(({ sandbox }) => sandbox)).size, 300)
  t.true(invocations.every(({ kind, outcome, tasks }) => kind === 'pull' && outcome === 'answered' && tasks === 2))
})

test('the workers are parted among the roots without one too many or too few', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 100 }), (workers, arity) => {
      const roots = rootsOf(workers, arity)
      let before = 0
      for (const root of roots) {
        if (root.before !== before || root.width < 1) return false
        before += root.width
      }
      const widths = roots.map(({ width }) => width)
      return before === workers && roots.length <= arity && Math.max(...widths) - Math.min(...widths) <= 1
    }),
  )
  t.pass()
})

test('whoever leaves before the run is over is called again; at its end nobody is', async (t) => {
  const answers = [{ why: 'deadline', tasks: 3 }, crash('timed-out'), { why: 'drained' }, { why: 'run-over' }]
  const fn = scriptedFunction({ answer: () => answers.shift() ?? new Error('called too often') })
  const { workers, events } = started(fn, { workers: 1 })
  await until(() => answers.length === 0)
  await workers.end(true)
  t.is(fn.requests.length, 4)
  t.like(fn.requests[0], {
    kind: 'pull',
    run: 'run',
    store: 's3://bucket/work',
    coordinator: 'redis://10.0.0.1',
    width: 1,
  })
  const told = events.events.map((event) => (event.type === 'invocation' ? event.outcome : event.type))
  t.deepEqual(told, ['answered', 'timed-out', 'worker-crashed', 'answered', 'answered'])
})

test('when no worker can be kept alive that is said with what the last one said', async (t) => {
  const fn = scriptedFunction({ answer: () => crash('crashed') })
  const workers = new PullWorkers(fn, context, { workers: 2, slots: 1, memoryBytes: 1000, pauses: 0.001 })
  await t.throwsAsync(workers.failed, { message: /no worker is left in the function scripted: the sandbox .* ended/ })
  await workers.end(true)
  const input = { tag: 'RunNotFoundError', category: 'input', message: 'there is no run' }
  const wrong = started(scriptedFunction({ answer: () => ({ why: 'error', error: input }) }), { workers: 2 })
  await t.throwsAsync(wrong.workers.failed, { message: /scripted cannot work: there is no run/ })
  await wrong.workers.end(true)
})

test('a platform that admits fewer than were asked for is asked again', async (t) => {
  let isOver = false
  const fn = scriptedFunction({
    concurrency: 2,
    work: async () => {
      while (!isOver) await sleep(5)
    },
  })
  const { workers, events } = started(fn, { workers: 3 })
  await until(() => events.events.some((event) => event.type === 'invocation' && event.outcome === 'throttled'))
  isOver = true
  await until(() => fn.requests.length === 3)
  await workers.end(true)
  t.is(fn.peak, 2)
})

test('a password goes in no request, and a coordinator on this machine is refused for functions elsewhere', async (t) => {
  const far = scriptedFunction({ cloud: 'aws' })
  const withPassword = { ...context, coordinator: 'rediss://user:geheim@10.0.0.1' }
  const workers = new PullWorkers({ ...far, provider: 'aws-lambda' }, withPassword, {
    workers: 1,
    slots: 1,
    memoryBytes: 1000,
  })
  await workers.end(true)
  t.false(JSON.stringify(far.requests).includes('geheim'))
  t.throws(
    () =>
      new PullWorkers(far, { ...context, coordinator: 'redis://localhost' }, { workers: 1, slots: 1, memoryBytes: 1 }),
    { message: /cannot reach a coordinator at localhost/ },
  )
  t.throws(() => new PullWorkers(scriptedFunction(), withPassword, { workers: 1, slots: 1, memoryBytes: 1 }), {
    message: /NUMPYWREN_COORDINATOR/,
  })
})
