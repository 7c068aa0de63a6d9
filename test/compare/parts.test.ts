import test from 'ava'
import { agreementOf, groupsOf } from '../../src/compare/agreement.ts'
import { cloudOf, moneyOf, priceBasis } from '../../src/compare/bill.ts'
import { digestOf } from '../../src/compare/digest.ts'
import { comparableAlgorithms, inputsOf } from '../../src/compare/inputs.ts'
import { labelOf, storeEmulatedBy } from '../../src/compare/label.ts'
import { placesOf, wantedResults } from '../../src/compare/results.ts'
import { statisticsOf } from '../../src/events/index.ts'
import { algorithms } from '../../src/linalg/index.ts'
import { BigMatrix, generate } from '../../src/matrix/index.ts'
import { lambdaFacts } from '../../src/providers/aws-lambda/facts.ts'
import { MemoryStore } from '../../src/storage/index.ts'
import { finished, invocation, started, task } from '../helpers/events.ts'
import { comparedRun, sampleComparison } from '../report/helpers/comparison.ts'

test('what stands in for a cloud is named, and the cloud itself is not', (t) => {
  const aws = (endpoint: string): string | undefined => storeEmulatedBy('s3://b/p', { AWS_ENDPOINT_URL_S3: endpoint })
  t.is(aws('http://127.0.0.1:7070'), '127.0.0.1:7070')
  t.is(aws('http://key:secret@host:1/path'), 'host:1')
  t.is(aws('https://s3.eu-central-1.amazonaws.com'), undefined)
  t.is(aws('https://s3.amazonaws.com.evil.example'), 's3.amazonaws.com.evil.example')
  t.is(storeEmulatedBy('s3://b', { AWS_ENDPOINT_URL: 'http://localhost:5000' }), 'localhost:5000')
  t.is(storeEmulatedBy('s3://b', {}), undefined)
  t.is(storeEmulatedBy('gs://b', { STORAGE_EMULATOR_HOST: 'http://localhost:4443/' }), 'localhost:4443')
  t.is(storeEmulatedBy('/data/work', { AWS_ENDPOINT_URL: 'http://localhost:5000' }), undefined)
  t.is(labelOf('local', {}), 'local')
  t.is(labelOf('aws-lambda', { emulatedBy: 'a:1' }), 'aws-lambda (emulated: a:1)')
})

test('a digest is that of names, shapes and bits, whatever the store', async (t) => {
  const options = { shape: [50, 30], tile: [16, 16], seed: 3 } as const
  const [one, two] = [new MemoryStore('a'), new MemoryStore('b')]
  const A = await generate('normal', one, 'A', options)
  const B = await generate('normal', two, 'other/B', options)
  const digest = await digestOf({ L: A }, undefined)
  t.is(await digestOf({ L: B }, undefined), digest)
  t.not(await digestOf({ M: B }, undefined), digest)
  const { data } = await B.read([49, 50], [29, 30])
  await B.write([49, 50], [29, 30], [-(data[0] ?? 0)])
  t.not(await digestOf({ L: B }, undefined), digest)
  await A.deleteTile([0, 0])
  t.not(await digestOf({ L: await BigMatrix.open(one, 'A') }, undefined), digest)
})

test('the bill is that of the facts and of the requests, with where the prices are from', (t) => {
  const used = statisticsOf([
    started(0, { slots: 0 }),
    task(0, { requests: 5, writeRequests: 2 }),
    invocation(0, { billedMs: 1000, memoryBytes: 2 ** 31 }),
    finished(10),
  ])
  const billing = { facts: lambdaFacts, architecture: 'x86_64', cloud: cloudOf('s3://bucket/p') } as const
  const { items, total } = moneyOf(used, billing)
  t.is(items.find(({ item }) => item.includes('PUT'))?.quantity, 2)
  t.is(items.find(({ item }) => item.includes('GET'))?.quantity, 3)
  t.true(total > 2 * 1e-5 && Math.abs(items.reduce((sum, { amount }) => sum + amount, 0) - total) < 1e-12)
  t.deepEqual(
    priceBasis(billing).map(({ what }) => what),
    ['compute', 'store requests'],
  )
  t.deepEqual(moneyOf(used, { architecture: 'x86_64' }), { items: [], total: 0 })
  t.deepEqual(priceBasis({ architecture: 'x86_64' }), [])
})

test('results agree, or differ for a reason that is given', (t) => {
  const [local] = sampleComparison().providers
  const run = comparedRun(1)
  const of = (...runs: (typeof run)[]): ReturnType<typeof agreementOf> => agreementOf(groupsOf([{ ...local!, runs }]))
  t.is(of(run).state, 'nothing to compare')
  const same = of(run, { ...run, repeat: 2 })
  t.is(same.state, 'same')
  t.deepEqual(same.groups[0]?.runs, ['local, repeat 1', 'local, repeat 2'])
  const other = { ...run, repeat: 2, digest: 'ff'.repeat(32) }
  t.is(of(run, other).state, 'different')
  t.regex(of(run, other).text, /do not explain/)
  t.regex(of(run, { ...other, coreTypes: ['Zen'] }).text, /OPENBLAS_CORETYPE/)
  const { digest: _, ...failed } = run
  t.is(of(run, failed).state, 'nothing to compare')
})

test('inputs and results are those of the algorithm', (t) => {
  for (const name of comparableAlgorithms) {
    const spec = algorithms.find((each) => each.name === name)
    const wanted = spec?.operands.filter(({ option }) => option === undefined).map((operand) => operand.name)
    t.deepEqual(
      inputsOf(name, [64, 64], [16, 16]).map((input) => input.name),
      wanted,
      name,
    )
    t.true(wantedResults(name, []).length > 0, name)
  }
  t.throws(() => inputsOf('norm', [4, 4], undefined), { message: /cannot compare 'norm'; known are cholesky/ })
  t.throws(() => inputsOf('solve', [4, 5], undefined), { message: /solve takes a square matrix, got a shape of 4 x 5/ })
  t.throws(() => wantedResults('qr', ['X']), { message: /qr has no result X; it has R, Q/ })
  t.deepEqual(placesOf({ algorithm: 'qr', results: wantedResults('qr', ['Q']) }, 'r'), { out: 'r/output', q: 'r/q' })
})
