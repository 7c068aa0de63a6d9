import test from 'ava'
import { compare } from '../../src/compare/index.ts'
import { type Comparison, comparisonSchema } from '../../src/report/index.ts'
import { MemoryStore, openStore } from '../../src/storage/index.ts'

let stores = 0

/** A store that is there and empty. */
function emptyStore(): string {
  return `memory://compare-${process.pid}-${++stores}/work`
}

async function keysIn(url: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of openStore(url).list('')) keys.push(key)
  return keys
}

const small = { shape: [96, 96], tile: [32, 32], workers: 2 } as const

test('repeats give the same bits, are judged once, and leave nothing behind', async (t) => {
  const store = emptyStore()
  const told: string[] = []
  const comparison = await compare({
    ...small,
    algorithm: 'cholesky',
    providers: [{ provider: 'here', store }],
    repeat: 2,
    seed: 5,
    onStep: (text) => told.push(text),
  })
  t.deepEqual(comparisonSchema.parse(JSON.parse(JSON.stringify(comparison))).work.operands, [
    { name: 'A', kind: 'spd', shape: [96, 96], tile: [32, 32], dtype: 'float64' },
  ])
  const [here] = comparison.providers
  t.is(here?.label, 'here')
  t.is(here?.problem, undefined)
  t.deepEqual(
    here?.runs.map((run) => [run.repeat, run.problem, run.measures.tasks]),
    [1, 2].map((repeat) => [repeat, undefined, 10]),
  )
  for (const { completionSeconds, coreTypes, measures } of here?.runs ?? []) {
    t.true(completionSeconds >= measures.wallSeconds && measures.computeSeconds > 0)
    t.is(measures.store.readMs.count, measures.store.reads)
    t.is(measures.store.writeMs.count, measures.store.writes)
    t.true(measures.store.writes >= 10)
    t.is(coreTypes.length, 1)
  }
  t.is(comparison.agreement.state, 'same')
  t.is(comparison.agreement.groups.length, 1)
  t.true(comparison.agreement.groups[0]?.residual?.passed)
  t.is(told.filter((text) => text.startsWith('verifying')).length, 1)
  t.deepEqual(await keysIn(store), [])
})

test('the same seed gives the same bits again, another seed others, and what is kept is there', async (t) => {
  const once = (seed: number, more: object = {}): Promise<Comparison> => {
    const store = emptyStore()
    const options = { ...small, algorithm: 'qr', results: ['Q'], repeat: 1, seed, ...more }
    return compare({ ...options, providers: [{ provider: 'here', store }] })
  }
  const digest = ({ agreement }: Comparison): string | undefined => agreement.groups[0]?.digest
  const kept = await once(1, { keep: true })
  t.is(digest(await once(1)), digest(kept))
  t.not(digest(await once(2)), digest(kept))
  t.deepEqual(kept.work.results, ['R', 'Q'])
  const keys = await keysIn(kept.providers[0]?.store ?? '')
  t.true(
    keys.some((key) => /^numpywren-compare-[^/]+-here\/result-1\/q\/zarr\.json$/.test(key)),
    keys.join('\n'),
  )
})

test('a run that fails is told with its reason, and what it did until then is counted', async (t) => {
  const store = emptyStore()
  const told: string[] = []
  const { providers, agreement } = await compare({
    ...small,
    algorithm: 'svd',
    options: { band: 'wide' },
    providers: [{ provider: 'here', store }],
    repeat: 2,
    onStep: (text) => told.push(text),
  })
  t.deepEqual(
    providers[0]?.runs.map(({ problem, digest }) => [problem, digest]),
    [1, 2].map(() => ['svd: band must be a whole number of at least 1, got wide', undefined]),
  )
  t.is(agreement.state, 'nothing to compare')
  t.true(told.some((text) => text.includes('repeat 2: failed: svd: band')))
  t.deepEqual(await keysIn(store), [])
})

test('interrupted, it ends with the reason and leaves nothing behind', async (t) => {
  const store = emptyStore()
  const interruption = new AbortController()
  const running = compare({
    ...small,
    algorithm: 'cholesky',
    providers: [{ provider: 'here', store }],
    repeat: 1000,
    signal: interruption.signal,
    onStep: (text) => {
      if (text.includes('repeat 1:')) interruption.abort(new Error('enough'))
    },
  })
  await t.throwsAsync(running, { message: 'enough' })
  t.deepEqual(await keysIn(store), [])
})

test('options that do not fit are refused before anything is made', async (t) => {
  const store = emptyStore()
  const here = { provider: 'here', store } as const
  const wrong = [
    [{ algorithm: 'norm', providers: [here] }, /cannot compare 'norm'/],
    [{ algorithm: 'qr', results: ['L'], providers: [here] }, /qr has no result L/],
    [{ algorithm: 'qr', providers: [] }, /at least one provider/],
    [{ algorithm: 'qr', providers: [here, here] }, /here is named twice/],
    [{ algorithm: 'qr', providers: [here], repeat: 0 }, /repeat must be a whole number of at least 1/],
    [{ algorithm: 'qr', providers: [here], workers: 1.5 }, /workers must be/],
  ] as const
  for (const [options, message] of wrong) await t.throwsAsync(compare({ ...small, ...options }), { message })
  t.deepEqual(await keysIn(store), [])
  t.true(openStore(store) instanceof MemoryStore)
})
