/**
 * Whoever may write to a store may put anything into the records of runs. Each hostile one ends in one clear error that names the
 * object, whatever is asked: no crash, no path that leaves the store, no unbounded time or memory.
 */

import test from 'ava'
import { isNumpywrenError, type NumpywrenError } from '../../src/errors.ts'
import { BigMatrix, listArrays } from '../../src/matrix/index.ts'
import {
  cancelRun,
  collectGarbage,
  listRuns,
  readManifest,
  readProcedure,
  readRunEvents,
  readState,
  runStatus,
} from '../../src/run/index.ts'
import { MemoryStore, type Store } from '../../src/storage/index.ts'
import { resume, startCholesky, storeInput } from '../helpers/driven-cholesky.ts'

type Json = Record<string, unknown>

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)
const put = (store: Store, key: string, value: string): Promise<boolean> =>
  store.put(key, new TextEncoder().encode(value))

/** A store with the finished run `r`. */
async function finished(): Promise<Store> {
  const store = new MemoryStore()
  await storeInput(store, 20, 8)
  await (await startCholesky(store, { nt: 3, id: 'r' })).wait()
  return store
}

/** An error for whoever asked, with a message that a terminal can bear. */
function isClear(error: unknown, ...names: readonly string[]): error is NumpywrenError {
  if (!isNumpywrenError(error) || error.category === 'transient') return false
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  if (error.message.length > 1500 || /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(error.message)) return false
  return names.every((name) => error.message.includes(name))
}

const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`

/** What stands where a record should. */
const noRecords: Record<string, string> = {
  nothing: '',
  null: 'null',
  'a number': '1e999',
  'a list': '[]',
  'very deep': deep,
  'an escape sequence': '"\u001b]0;owned\u0007"',
  'no UTF-8': '\ud800',
  'a prototype': '{"__proto__": {"state": "done"}, "constructor": {"prototype": {"id": "r"}}}',
  'an unknown name of a megabyte': JSON.stringify({ ['\u001b[31m'.repeat(200_000)]: 1 }),
}

for (const [name, content] of Object.entries(noRecords)) {
  test(`where a record should be: ${name}`, async (t) => {
    const base = '.numpywren/runs/r/'
    for (const [file, read] of [
      ['manifest.json', readManifest],
      ['state.json', readState],
      ['procedure.json', readProcedure],
    ] as const) {
      const store = await finished()
      await put(store, base + file, content)
      const calls: readonly ((at: Store, id: string) => Promise<unknown>)[] = [read, runStatus, cancelRun, resume]
      for (const call of calls) {
        // A procedure that is none is no concern of who resumes the run of one program.
        if (call === resume && file === 'procedure.json') continue
        const error = await t.throwsAsync(call(store, 'r'))
        t.true(isClear(error, `${base}${file}`), `${file}: ${String(error)}`)
      }
      const [listed] = await listRuns(store)
      t.true(listed !== undefined && 'problem' in listed, file)
      const { removed } = await collectGarbage(store, { olderThanMs: 0, records: true })
      t.deepEqual(removed, [])
    }
    t.is(({} as Json).state, undefined)
  })
}

/** Changes to a manifest, by what they try. */
const manifests: Record<string, (manifest: Json) => unknown> = {
  'an id that climbs': (m) => ({ ...m, id: '../r' }),
  'a time that is none': (m) => ({ ...m, createdAt: 'yesterday' }),
  'an output whose path climbs': (m) => withMatrix(m, 'L', { path: '../../etc/L' }),
  'an absolute path': (m) => withMatrix(m, 'L', { path: '/etc/L' }),
  'a path with a NUL': (m) => withMatrix(m, 'A', { path: 'A\0' }),
  'a store of an unknown scheme': (m) => withMatrix(m, 'A', { store: 'javascript://x' }),
  'a store that is no URL': (m) => withMatrix(m, 'A', { store: '/etc' }),
  'a store with a password': (m) => withMatrix(m, 'A', { store: 's3://user:password@bucket' }),
  'a matrix named as a path': (m) => ({ ...m, matrices: { ...(m.matrices as Json), '../S': matrixOf(m, 'S') } }),
  'a negative tile': (m) => withMatrix(m, 'L', { layout: { ...layoutOf(m, 'L'), tile: [-8, 8] } }),
  'a tile of half an element': (m) => withMatrix(m, 'L', { layout: { ...layoutOf(m, 'L'), tile: [0.5, 8] } }),
  'a shape beyond whole numbers': (m) => withMatrix(m, 'L', { layout: { ...layoutOf(m, 'L'), shape: [2 ** 60, 20] } }),
  'a tile larger than memory': (m) =>
    withMatrix(m, 'L', { layout: { ...layoutOf(m, 'L'), shape: [2 ** 40, 2 ** 40], tile: [2 ** 40, 2 ** 40] } }),
  'tiles without number': (m) =>
    withMatrix(m, 'L', { layout: { ...layoutOf(m, 'L'), shape: [2 ** 52, 2 ** 52], tile: [1, 1] } }),
  'two dimensions too few': (m) => withMatrix(m, 'L', { layout: { ...layoutOf(m, 'L'), shape: [20], tile: [8] } }),
  'a thousand dimensions': (m) =>
    withMatrix(m, 'S', {
      layout: { ...layoutOf(m, 'S'), shape: Array(1000).fill(9), tile: Array(1000).fill(1) },
    }),
  'an axis that is not there': (m) => withMatrix(m, 'L', { axes: [9, 2 ** 52] }),
  'more slots than any machine has': (m) => ({ ...m, options: { ...(m.options as Json), slots: 1e15 } }),
  'more workers than any fleet has': (m) => ({ ...m, options: { ...(m.options as Json), workers: 1e15 } }),
  'an alias of a prototype': (m) => ({ ...m, aliases: { A: 'constructor' } }),
  'no program': (m) => withProgram(m, 'import os'),
  'an unknown kernel': (m) =>
    withProgram(m, 'def cholesky(A: BigMatrix, L: BigMatrix, N: int):\n    L[0, 0] = exec(A[0, 0])'),
  'loops without end': (m) =>
    withProgram(
      m,
      'def cholesky(A: BigMatrix, L: BigMatrix, N: int):\n    for i in range(0, 10 ** 15):\n        if i < 0:\n            L[i, 0] = potrf(A[0, 0])',
    ),
  'tasks without number': (m) =>
    withProgram(
      m,
      'def cholesky(A: BigMatrix, L: BigMatrix, N: int):\n    for i in range(0, 10 ** 15):\n        L[i, 0] = potrf(A[0, 0])',
    ),
  'a power without end': (m) =>
    withProgram(
      m,
      'def cholesky(A: BigMatrix, L: BigMatrix, N: int):\n    for i in range(0, 10 ** 10 ** 10):\n        L[i, 0] = potrf(A[0, 0])',
    ),
  'a size without end': (m) => ({ ...m, args: { ...(m.args as Json), N: 2 ** 53 - 2 } }),
}

const matrixOf = (manifest: Json, name: string): Json => (manifest.matrices as Record<string, Json>)[name]!
const layoutOf = (manifest: Json, name: string): Json => matrixOf(manifest, name).layout as Json
const withMatrix = (manifest: Json, name: string, change: Json): Json => ({
  ...manifest,
  matrices: { ...(manifest.matrices as Json), [name]: { ...matrixOf(manifest, name), ...change } },
})
const withProgram = (manifest: Json, program: string): Json => ({
  ...manifest,
  program: { text: program, name: 'cholesky' },
})

for (const [name, change] of Object.entries(manifests)) {
  test(`a manifest with ${name} is refused`, async (t) => {
    t.timeout(20_000)
    const store = await finished()
    const key = '.numpywren/runs/r/manifest.json'
    await put(store, key, JSON.stringify(change(JSON.parse(text(await store.get(key))) as Json)))
    const before = await everything(store)
    const error = await t.throwsAsync(resume(store, 'r'))
    t.true(isClear(error), String(error))
    await listRuns(store)
    await collectGarbage(store, { olderThanMs: 0 })
    t.deepEqual(await everything(store), before)
  })
}

async function everything(store: Store): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for await (const { key, bytes } of store.list('')) if (!key.endsWith('state.json')) found.set(key, bytes)
  return found
}

/** Lines of a segment of events. */
const lines: Record<string, string> = {
  'no JSON': '{',
  'very deep': deep,
  'a prototype': '{"__proto__": {"type": "task"}}',
  'an unknown type': '{"type": "\u001b[31mowned"}',
  'a time that is none': '{"type": "worker-left", "worker": "w", "at": "now"}',
}

for (const [name, line] of Object.entries(lines)) {
  test(`a segment of events with a line of ${name} is refused with its name`, async (t) => {
    const store = await finished()
    await put(store, '.numpywren/runs/r/events/zzz-000001.jsonl', `${line}\n`)
    const error = await t.throwsAsync(readRunEvents(store, 'r'))
    t.true(isClear(error, 'events/zzz-000001.jsonl, line 1'), String(error))
  })
}

/** Changes to a zarr.json. */
const metadata: Record<string, (json: Json) => unknown> = {
  'a negative tile': (m) => ({ ...m, chunk_grid: { name: 'regular', configuration: { chunk_shape: [-1, 8] } } }),
  'a tile of no element': (m) => ({ ...m, chunk_grid: { name: 'regular', configuration: { chunk_shape: [0, 8] } } }),
  'a tile larger than memory': (m) => ({
    ...m,
    shape: [2 ** 40, 2 ** 40],
    chunk_grid: { name: 'regular', configuration: { chunk_shape: [2 ** 40, 2 ** 40] } },
  }),
  'a shape beyond whole numbers': (m) => ({ ...m, shape: [2 ** 60, 2] }),
  'a thousand dimensions': (m) => ({ ...m, shape: Array(1000).fill(2) }),
  'an order that is none': (m) => ({ ...m, codecs: [{ name: 'transpose', configuration: { order: [9, 9] } }] }),
  'a codec named as a prototype': (m) => ({ ...m, codecs: ['__proto__', 'constructor'] }),
  'attributes that are none': (m) => ({ ...m, attributes: { numpywren: { origin: ['a'] } } }),
  'a prototype': () => ({ ['__proto__']: { zarr_format: 3 } }),
}

for (const [name, change] of Object.entries(metadata)) {
  test(`a zarr.json with ${name} is refused`, async (t) => {
    const store = await finished()
    const json = JSON.parse(text(await store.get('A/zarr.json'))) as Json
    await put(store, 'A/zarr.json', JSON.stringify(change(json)))
    const error = await t.throwsAsync(BigMatrix.open(store, 'A'))
    t.true(isClear(error, '/A'), String(error))
    const listed = await listArrays(store, '')
    t.true(listed.some((array) => array.path === 'A' && 'problem' in array))
  })
}

test('a matrix of more elements than there are is opened, for nothing is made of its shape until tiles are asked for', async (t) => {
  const store = await finished()
  const json = JSON.parse(text(await store.get('A/zarr.json'))) as Json
  await put(store, 'A/zarr.json', JSON.stringify({ ...json, shape: [2 ** 52, 2 ** 52] }))
  const array = await BigMatrix.open(store, 'A')
  t.is((await array.describe()).tilesStored, 9)
  await t.throwsAsync(array.read([0, 2 ** 40], [0, 2 ** 40]))
})

test('attributes cannot reach into objects', async (t) => {
  const store = await finished()
  const json = JSON.parse(text(await store.get('A/zarr.json'))) as Json
  const hostile = JSON.stringify({ ...json, attributes: '?' }).replace(
    '"?"',
    '{"numpywren": {"__proto__": {"structure": "lower"}, "constructor": 1}}',
  )
  await put(store, 'A/zarr.json', hostile)
  const { attributes } = await BigMatrix.open(store, 'A')
  t.not(attributes.structure, 'lower')
  t.is(({} as Json).structure, undefined)
})

test('folders under the runs that are no runs are shown and left alone', async (t) => {
  const store = await finished()
  for (const id of ['-rf', '..x', 'a b', '\u202e[2J', 'x'.repeat(200)])
    await put(store, `.numpywren/runs/${id}/manifest.json`, '{}')
  const runs = await listRuns(store)
  t.is(runs.length, 6)
  t.is(runs.filter((run) => 'problem' in run).length, 5)
  t.deepEqual(
    (await collectGarbage(store, { olderThanMs: 0, records: true })).removed.map(({ run }) => run),
    ['r'],
  )
})
