import test from 'ava'
import { kernelRegistry } from '../../src/kernels/index.ts'
import { BigMatrix } from '../../src/matrix/index.ts'
import { type Run, startRun, type ViewStep } from '../../src/run/index.ts'
import { MemoryStore } from '../../src/storage/index.ts'
import { spd } from '../helpers/cholesky-run.ts'
import { choleskyText, provider, resume, runOptions, startCholesky, storeInput } from '../helpers/driven-cholesky.ts'

const n = 50

/** Cholesky of an A whose tiles are 7 x 19, in tiles of 12 x 12. */
function start(store: MemoryStore, view: ViewStep[], memoryBytes = runOptions.memoryBytes): Promise<Run> {
  return startRun({
    store,
    program: { text: choleskyText },
    args: { N: 5 },
    bindings: { A: { path: 'A', view }, L: { path: 'L' } },
    kernels: kernelRegistry,
    provider,
    options: { ...runOptions, memoryBytes },
  })
}

const toSquare: ViewStep = { kind: 'retiled', tile: [12, 12] }

async function sample(): Promise<{ readonly store: MemoryStore; readonly wanted: Float64Array }> {
  const store = new MemoryStore()
  await storeInput(store, n, 12)
  await (await startCholesky(store, { nt: 5 })).wait()
  const wanted = (await (await BigMatrix.open(store, 'L')).read()).data
  const other = new MemoryStore()
  const A = await BigMatrix.create(other, 'A', { shape: [n, n], tile: [7, 19], dtype: 'float64' })
  await A.write(spd(n))
  return { store: other, wanted }
}

const views: Record<string, ViewStep[]> = {
  'as it is': [toSquare],
  transposed: [{ kind: 'transposed' }, toSquare],
  'one triangle of it, mirrored': [
    { kind: 'triangular', half: 'lower' },
    toSquare,
    { kind: 'symmetric', stored: 'lower' },
  ],
}

for (const [what, view] of Object.entries(views))
  test(`a run reads its input in other tiles, ${what}, with the same bits, and resumes`, async (t) => {
    const { store, wanted } = await sample()
    const run = await start(store, view)
    await run.wait()
    const L = await BigMatrix.open(store, 'L')
    t.deepEqual(L.layout.tile, [12, 12])
    t.deepEqual((await L.read()).data, wanted)
    await store.delete('L/c/4/4')
    await (await resume(store, run.id)).wait()
    t.deepEqual((await L.read()).data, wanted)
  })

test('what the view keeps is part of the plan', async (t) => {
  const { store, wanted } = await sample()
  const A = await BigMatrix.open(store, 'A')
  const held = 8 * 3 * A.tileBytes
  const claim = 2 * 4 * (12 * 12 * 8 + 4)
  await t.throwsAsync(start(store, [toSquare], claim + held - 1), {
    name: 'MemoryLimitError',
    message: /MiB of it to read matrices in tiles of another shape/,
  })
  await (await start(store, [toSquare], claim + held)).wait()
  t.deepEqual((await (await BigMatrix.open(store, 'L')).read()).data, wanted)
})

test('a damaged tile is named as it is stored', async (t) => {
  const { store } = await sample()
  const bytes = (await store.get('A/c/2/1'))!
  await store.put('A/c/2/1', bytes.with(9, bytes[9]! ^ 4))
  const run = await start(store, [toSquare])
  await t.throwsAsync(run.wait(), { message: /input tile A\[1,[01]\] is made of tile \[2,1\], which is damaged, at/ })
})
