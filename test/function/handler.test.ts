/** The handler behind every door, on runs that others have started. */

import test, { type ExecutionContext } from 'ava'
import { Handler } from '../../src/function/handler.ts'
import { type SandboxSize, sandboxSize } from '../../src/function/sandbox.ts'
import { type BatchAnswer, type BatchRequest, encodeAnswer, type FunctionAnswer } from '../../src/providers/index.ts'
import { openStore, type Store } from '../../src/storage/index.ts'
import { bitsOf, startCholesky, storeInput } from '../helpers/driven-cholesky.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const size: SandboxSize = {
  ...sandboxSize({}),
  slots: 2,
  memoryBytes: 2 ** 30,
  tileBytes: 2 ** 28,
}
const limits = { answerBytes: 2 ** 20 }

/** A finished factorization of 4 x 4 tiles: its record and its results are there, its intermediates are gone. */
async function finished(t: ExecutionContext): Promise<Store> {
  const store = openStore(await temporaryFolder(t))
  t.teardown(() => store.close())
  await storeInput(store, 40, 10)
  await (await startCholesky(store, { nt: 4, id: 'r' })).wait()
  return store
}

function handlerFor(t: ExecutionContext, of: SandboxSize = size): Handler {
  const handler = new Handler(of)
  t.teardown(() => handler.close())
  return handler
}

let calls = 0
function batch(store: Store, ids: readonly string[], more: Partial<BatchRequest> = {}): BatchRequest {
  const tasks = ids.map((id) => ({ id, attempt: 1, backup: false, priority: 0 }))
  const invocation = `call-${++calls}`
  const named = { store: store.url, run: 'r', round: 'one', worker: 'w', invocation }
  return { version: 1, kind: 'batch', ...named, tasks, ...more }
}

async function worked(
  handler: Handler,
  request: BatchRequest,
  more: { readonly deadlineMs?: number } = {},
): Promise<BatchAnswer> {
  const answer = await handler.handle(request, { ...limits, ...more })
  if (answer.kind !== 'batch') throw new Error(encodeAnswer(answer))
  return answer
}

const states = (answer: FunctionAnswer): readonly string[] =>
  answer.kind === 'batch' ? answer.tasks.map(({ state }) => state) : []
const hits = ({ events }: BatchAnswer): number =>
  events.reduce((sum, event) => sum + (event.type === 'task' ? event.cacheHits : 0), 0)

/** Tasks of the first column, which read A and L alone: potrf of the diagonal, and the panel below it. */
async function firstColumn(store: Store): Promise<{ readonly diagonal: string; readonly panel: readonly string[] }> {
  const { program } = await startedProgram(store)
  const writer = (i: number): string => {
    const task = program.writerOf({ matrix: 'L', index: [i, 0] })
    if (task === undefined) throw new Error(`nothing writes L[${i},0]`)
    return `${task.statement}:${task.vars.join(',')}`
  }
  return { diagonal: writer(0), panel: [writer(1), writer(2), writer(3)] }
}

async function startedProgram(store: Store) {
  const { openRecorded } = await import('../../src/run/index.ts')
  const { kernelRegistry } = await import('../../src/kernels/index.ts')
  return openRecorded('r', { store, kernels: kernelRegistry, slots: 1, memoryBytes: 2 ** 28 })
}

test('a batch does its tasks to the same bits and says what each took', async (t) => {
  const store = await finished(t)
  const before = await bitsOf(store, 'L')
  const { diagonal, panel } = await firstColumn(store)
  for (const [key] of before) if (key.includes('/c/')) await store.delete(key)
  const handler = handlerFor(t)
  const first = await worked(handler, batch(store, [diagonal]))
  t.deepEqual(states(first), ['done'])
  t.true(first.sandbox.cold)
  const second = await worked(handler, batch(store, panel))
  t.deepEqual(states(second), ['done', 'done', 'done'])
  t.false(second.sandbox.cold)
  t.is(second.events.filter(({ type }) => type === 'task').length, 3)
  t.true(hits(second) >= 3, 'the diagonal tile was still in memory')
  const after = await bitsOf(store, 'L')
  for (const [key, bits] of after) t.is(bits, before.get(key)!, key)
})

test('tiles are remembered for one plan of one run only', async (t) => {
  const store = await finished(t)
  const { diagonal, panel } = await firstColumn(store)
  const handler = handlerFor(t)
  await worked(handler, batch(store, [diagonal]))
  t.true(hits(await worked(handler, batch(store, panel.slice(0, 1)))) > 0)
  t.is(hits(await worked(handler, batch(store, panel.slice(0, 1), { round: 'two' }))), 0)
})

test.serial('after a pause it connects anew, and keeps its tiles', async (t) => {
  const store = await finished(t)
  const { diagonal, panel } = await firstColumn(store)
  const handler = handlerFor(t)
  await worked(handler, batch(store, [diagonal]))
  const realNow = Date.now
  t.teardown(() => {
    Date.now = realNow
  })
  Date.now = () => realNow() + 6000
  t.true(hits(await worked(handler, batch(store, panel.slice(0, 1)))) > 0)
  await store.delete('.numpywren/runs/r/manifest.json')
  t.true(hits(await worked(handler, batch(store, panel.slice(1, 2)))) > 0, 'at once nobody looks again')
  Date.now = () => realNow() + 12_000
  const late = await worked(handler, batch(store, panel.slice(2)))
  t.is(late.error?.tag, 'RunNotFoundError')
})

test('a tile that is gone is named, and other tasks of the batch are done', async (t) => {
  const store = await finished(t)
  const { program } = await startedProgram(store)
  const { diagonal } = await firstColumn(store)
  const later = program.writerOf({ matrix: 'L', index: [3, 3] })
  const id = `${later!.statement}:${later!.vars.join(',')}`
  const answer = await worked(handlerFor(t), batch(store, [id, diagonal]))
  t.deepEqual(states(answer), ['failed', 'done'])
  const [failed] = answer.tasks
  t.true(failed?.state === 'failed' && failed.failure.lostTile !== undefined)
  t.is(answer.error, undefined)
})

test('tasks that the program does not have fail, and no others with them', async (t) => {
  const store = await finished(t)
  const { diagonal } = await firstColumn(store)
  const answer = await worked(handlerFor(t), batch(store, ['99:0', '2:0,9', '2:', diagonal]))
  t.deepEqual(states(answer), ['failed', 'failed', 'failed', 'done'])
  t.is(answer.error, undefined)
})

test('before its deadline it gives back what would not end in time', async (t) => {
  const store = await finished(t)
  const { diagonal, panel } = await firstColumn(store)
  const answer = await worked(handlerFor(t), batch(store, [diagonal, ...panel]), { deadlineMs: Date.now() + 300 })
  t.deepEqual(states(answer), ['returned', 'returned', 'returned', 'returned'])
  t.is(answer.error, undefined)
})

test('what keeps it from the run is said of the request, and no task is to blame', async (t) => {
  const store = await finished(t)
  const { diagonal } = await firstColumn(store)
  const handler = handlerFor(t)
  const none = await worked(handler, batch(store, [diagonal], { run: 'none' }))
  t.deepEqual(states(none), ['returned'])
  t.is(none.error?.tag, 'RunNotFoundError')
  const small = await worked(handler, batch(store, [diagonal], { memoryBytes: 100 }))
  t.is(small.error?.tag, 'MemoryLimitError')
  // And nothing of it stays.
  t.deepEqual(states(await worked(handler, batch(store, [diagonal]))), ['done'])
})

test('it takes no more slots and memory than its sandbox has', async (t) => {
  const store = await finished(t)
  const { diagonal } = await firstColumn(store)
  const small = handlerFor(t, { ...size, tileBytes: 100 })
  const answer = await worked(small, batch(store, [diagonal], { memoryBytes: 2 ** 30, slots: 64 }))
  t.is(answer.error?.tag, 'MemoryLimitError')
})

test('requests that are none of ours are refused with the reason', async (t) => {
  const handler = handlerFor(t)
  for (const [value, reason] of [
    [undefined, /not as expected/],
    ['text', /not as expected/],
    [{ version: 1, kind: 'batch', invocation: 'x' }, /not as expected/],
    [{ version: 9, kind: 'ping', invocation: 'x' }, /version 9/],
    [
      {
        version: 1,
        kind: 'pull',
        invocation: 'x',
        store: 's3://b',
        worker: 'w',
        width: 1,
        arity: 1,
        idleMs: 1,
        coordinator: 'redis://u:secret@host',
      },
      /no password/,
    ],
  ] as const) {
    const answer = await handler.handle(value, limits)
    t.is(answer.kind, 'refused')
    t.regex(answer.error?.message ?? '', reason)
    t.false(encodeAnswer(answer).includes('secret@'))
  }
})

test('a second request at the same time is refused', async (t) => {
  const store = await finished(t)
  const { diagonal } = await firstColumn(store)
  const handler = handlerFor(t)
  const [one, other] = await Promise.all([
    handler.handle(batch(store, [diagonal]), limits),
    handler.handle({ version: 1, kind: 'ping', invocation: 'x' }, limits),
  ])
  t.deepEqual(states(one), ['done'])
  t.is(other.kind, 'refused')
})

test('a pull without a coordinator says so in its answer', async (t) => {
  const folder = await temporaryFolder(t)
  const request = {
    version: 1,
    kind: 'pull',
    invocation: 'x',
    store: folder,
    worker: 'w',
    width: 1,
    arity: 2,
    idleMs: 1,
  }
  const answer = await handlerFor(t).handle(request, limits)
  t.like(answer, { kind: 'pull', why: 'error', tasks: 0, subtree: [], out: [] })
  t.regex(answer.error?.message ?? '', /knows no coordinator/)
})

test('sizes come from the platform, not from the cores that the kernel shows', (t) => {
  const lambda = sandboxSize({ AWS_LAMBDA_FUNCTION_NAME: 'f', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '10240' })
  t.like(lambda, { provider: 'aws-lambda', functionName: 'f', memoryBytes: 10240 * 2 ** 20 })
  t.true(lambda.slots >= 5 && lambda.slots <= 6)
  t.is(sandboxSize({ AWS_LAMBDA_FUNCTION_NAME: 'f', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512' }).slots, 1)
  const run = sandboxSize({
    K_SERVICE: 's',
    NUMPYWREN_MEMORY_BYTES: '4294967296',
    NUMPYWREN_VCPUS: '4',
    NUMPYWREN_TIMEOUT_S: '600',
  })
  t.like(run, { provider: 'gcp-functions', functionName: 's', slots: 4, vcpus: 4, timeoutMs: 600_000 })
  t.throws(() => sandboxSize({ NUMPYWREN_VCPUS: 'many' }), { message: /NUMPYWREN_VCPUS must be a number above 0/ })
})
