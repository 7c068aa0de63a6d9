/** Algorithms of several runs: ended in any way, they are continued where they stood; what they leave behind. */

import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { connect, type Numpywren } from '../../src/index.ts'
import { startCli, succeed } from '../helpers/cli.ts'
import { bitsOf } from '../helpers/driven-cholesky.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const n = 64
const nb = 16

/** Every tile of a matrix of the store, whatever its name. */
async function tilesOf(npw: Numpywren, name: string): Promise<string> {
  const { store } = await npw.open('A')
  const bits = [...(await bitsOf(store, name))].map(([key, value]) => `${key.slice(name.length)} ${value}`)
  return createHash('sha1').update(bits.join('\n')).digest('hex')
}

/** A store with A and B, and X that solves A X = B. */
async function problem(t: ExecutionContext<unknown>) {
  const store = await temporaryFolder(t)
  const npw = await connect({ store, slots: 2, durability: 'full' })
  t.teardown(() => npw.close())
  await npw.generate('normal', 'A', { shape: [n, n], tile: nb, seed: 3 })
  await npw.generate('normal', 'B', { shape: [n, 3], tile: [nb, 3], seed: 4 })
  await npw.solve('A', 'B', { out: 'expected', runId: 'expected' })
  return { store, npw, expected: await tilesOf(npw, 'expected') }
}

/** Keys that a procedure keeps for its stages alone. */
async function leftovers(npw: Numpywren, id: string): Promise<string[]> {
  const { store } = await npw.open('A')
  const keys: string[] = []
  for await (const { key } of store.list(`.numpywren/runs/${id}`)) if (/\/(work|tiles)\//.test(key)) keys.push(key)
  return keys
}

/** Starts a solve and follows it until this many tasks are done. */
async function started(npw: Numpywren, runId: string, tasks: number, signal?: AbortSignal) {
  const run = await npw.solve('A', 'B', { out: runId, runId, signal }).start()
  let left = tasks
  for await (const event of run) if (event.type === 'task' && event.counted && --left <= 0) break
  return run
}

test('a procedure leaves its result, its report and its stages, and nothing else', async (t) => {
  const { npw } = await problem(t)
  t.deepEqual(await leftovers(npw, 'expected'), [])
  const { state, description, last } = await npw.status('expected')
  t.is(state, 'done')
  t.is(description.program, 'solve')
  t.is(last?.tasksDone, last?.tasksTotal)
  const ids = (await npw.runs()).map(({ id }) => id)
  t.deepEqual(ids, ['expected', 'expected.lu', 'expected.result'])
  const again = await npw.resume('expected')
  t.is(again.summary.tasks, 0)
  t.is(again.report.facts.method, 'lu')
  const { traceEvents } = await npw.trace('expected')
  t.true(traceEvents.length > 0)
})

test('interrupted in its first stage, between stages and before its first task, it is resumed to the same bits', async (t) => {
  const { npw, expected } = await problem(t)
  const { last } = await npw.status('expected.lu')
  const moments = [1, 40, last!.tasksTotal - 1, last!.tasksTotal]
  for (const [round, moment] of moments.entries()) {
    const runId = `run${round}`
    const stop = new AbortController()
    const run = await started(npw, runId, moment, stop.signal)
    stop.abort()
    const failure = await t.throwsAsync(run.wait())
    t.regex(failure!.message, new RegExp(`run ${runId} was interrupted; to go on: numpywren resume ${runId} --store`))
    t.is((await npw.status(runId)).state, 'interrupted')
    const { summary } = await npw.resume(runId)
    t.is(await tilesOf(npw, runId), expected)
    if (moment > 1) t.true(summary.tasks < last!.tasksTotal, 'what is done is not done again')
    t.deepEqual(await leftovers(npw, runId), [])
  }
  const stop = new AbortController()
  stop.abort()
  await t.throwsAsync(async () => npw.solve('A', 'B', { out: 'run9', runId: 'run9', signal: stop.signal }))
})

test('cancelled by the caller or from elsewhere, it can still be resumed to the same bits', async (t) => {
  const { npw, expected } = await problem(t)
  const own = await started(npw, 'own', 20)
  await own.cancel()
  await t.throwsAsync(own.wait(), { message: /run own was cancelled/ })
  t.is((await npw.status('own')).state, 'cancelled')
  await npw.resume('own')
  t.is(await tilesOf(npw, 'own'), expected)

  await npw.generate('normal', 'C', { shape: [120, 120], tile: 20, seed: 3 })
  const other = await npw.solve('C', 'C', { out: 'other', runId: 'other' }).start()
  await npw.cancel('other')
  await t.throwsAsync(other.wait(), { message: /run other was cancelled/ })
  await npw.resume('other')
  t.true((await npw.verify('solve', { A: 'C', X: 'other', B: 'C' })).passed)
})

test('killed, it is resumed to the same bits', async (t) => {
  const { store, npw, expected } = await problem(t)
  const command = ['solve', 'A', 'B', '-o', 'killed', '--run-id', 'killed', '--store', '.', '--durability', 'full']
  const { child, said, done } = startCli(command, { cwd: store })
  await said('tasks')
  await sleep(100)
  child.kill('SIGKILL')
  t.is((await done).signal, 'SIGKILL')
  await succeed(['resume', 'killed', '--store', '.'], { cwd: store })
  t.is(await tilesOf(npw, 'killed'), expected)
  t.is((await npw.status('killed')).state, 'done')
})

test('a result that exists is refused before any work, and replaced when asked', async (t) => {
  const { npw, expected } = await problem(t)
  await t.throwsAsync(async () => npw.solve('A', 'B', { out: 'expected', runId: 'second' }), { message: /expected/ })
  await t.throwsAsync(npw.status('second'), { message: /no run second/ })
  await npw.generate('normal', 'B', { shape: [n, 3], tile: [nb, 3], seed: 9, overwrite: true })
  const { X } = await npw.solve('A', 'B', { out: 'expected', overwrite: true })
  t.not(await tilesOf(npw, 'expected'), expected)
  t.true((await npw.verify('solve', { A: 'A', X, B: 'B' })).passed)
  await t.throwsAsync(async () => npw.solve('A', 'B', { out: 'third', runId: 'expected' }), {
    message: /already a run expected/,
  })
})

test('a numerical end names its reason, leaves no result and no work, and is the same when resumed', async (t) => {
  const { npw } = await problem(t)
  await npw.generate('zeros', 'Z', { shape: [40, 40], tile: 16 })
  await npw.generate('normal', 'R', { shape: [40, 1], tile: [16, 1] })
  for (const attempt of [
    npw.solve('Z', 'R', { out: 'S', runId: 'singular', assume: 'general' }),
    npw.resume('singular'),
  ]) {
    await t.throwsAsync(async () => attempt, {
      name: 'SingularMatrixError',
      message: /singular: the pivot of column 1 /,
    })
    t.is((await npw.status('singular')).state, 'failed')
    t.deepEqual(await leftovers(npw, 'singular'), [])
  }
  await t.throwsAsync(npw.open('S'), { message: /S/ })
})

test('refused for its input it leaves no trace', async (t) => {
  const { npw } = await problem(t)
  await npw.generate('normal', 'R', { shape: [n + 1, 1], tile: [16, 1] })
  await t.throwsAsync(async () => npw.solve('A', 'R', { out: 'S', runId: 'refused' }), { name: 'InputError' })
  await t.throwsAsync(async () => npw.solve('A', 'B', { out: 'S', runId: 'refused', memoryBytes: 100 }), {
    name: 'MemoryLimitError',
  })
  await t.throwsAsync(npw.status('refused'), { message: /no run refused/ })
  t.deepEqual(
    (await npw.runs()).map(({ id }) => id),
    ['expected', 'expected.lu', 'expected.result'],
  )
})
