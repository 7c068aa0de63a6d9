/** Comparisons over an emulated cloud: sets this process's environment, so one after the other. */

import test from 'ava'
import { parseHTML } from 'linkedom'
import { compare } from '../../src/compare/index.ts'
import { comparisonHtml, comparisonPictures, comparisonSchema, summaryTable } from '../../src/report/index.ts'
import { openStore } from '../../src/storage/index.ts'
import { startLambdaEmulator } from '../helpers/emulators/lambda/emulator.ts'
import { startVersitygw } from '../helpers/servers/versitygw.ts'

test('an emulated Lambda that throttles and kills gives the bits of this process, and is marked wherever it is shown', async (t) => {
  t.timeout(300_000)
  const s3 = await startVersitygw(t)
  const store = await s3.url('work')
  const emulator = await startLambdaEmulator(t, {
    functions: [{ name: 'numpywren-worker', memoryMb: 1769, timeoutS: 120, concurrency: 2 }],
    role: s3.env,
    faults: { killOneIn: 5, seed: 3 },
  })
  Object.assign(process.env, s3.env, emulator.env)
  const comparison = await compare({
    algorithm: 'cholesky',
    shape: [160, 160],
    tile: [32, 32],
    providers: [
      { provider: 'here', store: 'memory://compare-emulated' },
      { provider: 'aws-lambda', store },
    ],
    repeat: 1,
    workers: 4,
  })
  const stats = emulator.stats()
  comparisonSchema.parse(JSON.parse(JSON.stringify(comparison)))
  const [here, lambda] = comparison.providers
  const [at, storeAt] = [emulator.endpoint, s3.endpoint].map((url) => url.replace('http://', ''))
  const label = `aws-lambda (emulated: ${at}, store emulated: ${storeAt})`
  t.is(lambda?.label, label)
  t.is(here?.label, 'here')
  t.deepEqual(
    lambda?.runs.map(({ problem }) => problem),
    [undefined],
  )
  t.is(comparison.agreement.state, 'same', comparison.agreement.text)
  t.true(comparison.agreement.groups[0]?.residual?.passed)

  // What the report says is what the platform saw; the look at the function before is no invocation.
  const measures = (lambda?.runs ?? []).map((run) => run.measures)
  const sum = (of: (each: (typeof measures)[number]) => number): number =>
    measures.reduce((total, each) => total + of(each), 0)
  t.true(stats.kills > 0 && stats.throttles > 0, JSON.stringify(stats))
  t.is(
    sum(({ starts }) => starts.invocations),
    stats.invocations,
  )
  t.is(
    sum(({ failures }) => failures.throttled),
    stats.throttles,
  )
  t.is(
    sum(({ failures }) => Object.values(failures.unanswered).reduce((a, b) => a + b, 0)),
    stats.kills,
  )
  t.true(sum(({ starts }) => starts.coldMs.count) <= stats.coldStarts)
  t.true(sum(({ starts }) => starts.coldMs.count) >= 1)
  t.is(lambda?.prices.length, 2)
  t.true(measures.every(({ money }) => money.total > 0 && money.items.length === 4))
  t.true(lambda?.runs.every(({ coreTypes }) => coreTypes.length === 1))

  const { document } = parseHTML(comparisonHtml(comparison))
  const rows = [...document.querySelectorAll('tbody tr')].filter((row) => row.textContent?.includes('aws-lambda'))
  t.true(rows.length >= 10, String(rows.length))
  for (const row of rows) t.is(row.querySelector('th')?.textContent, label)
  for (const { title, name } of comparisonPictures(comparison)) {
    t.is(title.includes('emulated'), name !== 'workers-here', title)
  }
  t.regex(String(summaryTable(comparison).rows[1]?.[9]), /from the emulation's times/)
  const left: string[] = []
  for await (const { key } of openStore(store).list('')) left.push(key)
  t.deepEqual(left, [])
})
