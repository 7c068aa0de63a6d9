import test from 'ava'
import { isNumpywrenError } from '../../src/errors.ts'
import { cancelRun, listRuns, readManifest, readRunEvents, runStatus } from '../../src/run/index.ts'
import { MemoryStore, type Store } from '../../src/storage/index.ts'
import { choleskyText, resume, startCholesky, storeInput } from '../helpers/driven-cholesky.ts'

async function finishedRun(): Promise<{ store: Store; id: string; key: string }> {
  const store = new MemoryStore()
  await storeInput(store, 20, 8)
  const run = await startCholesky(store, {
    nt: 3,
    id: 'r1',
    algorithm: { name: 'cholesky', parameters: { a: 'A', deep: { list: [1, null, 'x'] } } },
  })
  await run.wait()
  return { store, id: run.id, key: '.numpywren/runs/r1/manifest.json' }
}

test('the manifest holds all that a resume needs', async (t) => {
  const { store, id } = await finishedRun()
  const manifest = await readManifest(store, id)
  t.is(manifest.program.text, choleskyText)
  t.is(manifest.program.name, 'cholesky')
  t.deepEqual(manifest.args, { N: 3, truncate: 0 })
  t.deepEqual(manifest.algorithm, { name: 'cholesky', parameters: { a: 'A', deep: { list: [1, null, 'x'] } } })
  t.deepEqual(manifest.matrices.A, { role: 'input', store: store.url, path: 'A', view: [] })
  t.like(manifest.matrices.L, { role: 'output', path: 'L', layout: { shape: [20, 20], tile: [8, 8] } })
  t.like(manifest.matrices.S, { role: 'intermediate', layout: { tile: [1, 8, 8], dtype: 'float64' } })
})

test('a run that does not exist is not found', async (t) => {
  const { store } = await finishedRun()
  for (const call of [readManifest, runStatus, cancelRun, readRunEvents, resume])
    t.true(isNumpywrenError(await t.throwsAsync(call(store, 'r2')), 'RunNotFoundError'))
})

const damages: Record<string, (text: string) => string> = {
  empty: () => '',
  truncated: (text) => text.slice(0, text.length / 2),
  'not JSON': () => '\u0000\u0001',
  'a list': () => '[]',
  'of another version': (text) => text.replace('"version": 1', '"version": 2'),
  'of another run': (text) => text.replace('"id": "r1"', '"id": "r9"'),
  'with a negative extent': (text) => text.replace(/"shape": \[\s*\d+/, '"shape": [-1'),
  'with a matrix that leaves its folder': (text) => text.replace('"S": {', '"../../S": {'),
  'with an unknown option': (text) => text.replace('"slots"', '"sluts"'),
  'with an unknown view': (text) => text.replace('"view": []', '"view": [{ "kind": "rotated" }]'),
}

for (const [name, damage] of Object.entries(damages)) {
  test(`a manifest that is ${name} is refused with its URL`, async (t) => {
    const { store, key } = await finishedRun()
    const text = new TextDecoder().decode(await store.get(key))
    const damaged = damage(text)
    t.not(damaged, text)
    await store.put(key, new TextEncoder().encode(damaged))
    const error = await t.throwsAsync(resume(store, 'r1'), { message: /manifest .*r1\/manifest\.json/ })
    t.true(isNumpywrenError(error, 'ManifestError'))
    t.is((error as { category?: string }).category, 'input')
    const [listed] = await listRuns(store)
    t.true(listed !== undefined && 'problem' in listed)
  })
}

test('a manifest whose program was tampered with is refused', async (t) => {
  const { store, key } = await finishedRun()
  const text = new TextDecoder().decode(await store.get(key))
  await store.put(key, new TextEncoder().encode(text.replace('def cholesky', 'def chol(')))
  const error = await t.throwsAsync(resume(store, 'r1'))
  t.true(isNumpywrenError(error))
})

test('a run whose driver is gone is shown as stale', async (t) => {
  const { store, id } = await finishedRun()
  const key = `.numpywren/runs/${id}/state.json`
  const state = JSON.parse(new TextDecoder().decode(await store.get(key)))
  const put = (change: object): Promise<boolean> =>
    store.put(key, new TextEncoder().encode(JSON.stringify({ ...state, ...change })))
  await put({ state: 'running', pid: 2 ** 22 + 1 })
  t.is((await runStatus(store, id)).state, 'stale')
  await put({ state: 'running', host: 'elsewhere', heartbeatAt: Date.now() - 3_600_000 })
  t.is((await runStatus(store, id)).state, 'stale')
  await put({ state: 'running', host: 'elsewhere', heartbeatAt: Date.now() })
  t.is((await runStatus(store, id)).state, 'running')
  await store.delete(key)
  t.is((await runStatus(store, id)).state, 'stale')
})
