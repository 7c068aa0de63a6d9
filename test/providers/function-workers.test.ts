import test from 'ava'
import { functionWorkers, storeCosts } from '../../src/providers/index.ts'
import { scriptedFunction } from './helpers/scripted-function.ts'

test('stores that functions cannot reach are refused with what to do', (t) => {
  const far = functionWorkers({ ...scriptedFunction({ cloud: 'aws' }), provider: 'aws-lambda' })
  t.throws(() => far.expectReach(['s3://bucket/work', 'file:///data/work']), {
    message: /aws-lambda cannot reach file:\/\/\/data\/work.*--store/,
  })
  t.throws(() => far.expectReach(['memory://name']), { message: /memory of this process/ })
  t.notThrows(() => far.expectReach(['s3://bucket/work', 'gs://bucket/work']))
  const near = functionWorkers(scriptedFunction())
  t.notThrows(() => near.expectReach(['file:///data/work']))
  t.throws(() => near.expectReach(['memory://name']))
})

test('requests to stores cost what their kind costs', (t) => {
  const [reads, writes] = storeCosts('aws', { requests: 3_000_000, writeRequests: 1_000_000 })
  t.like(reads, { item: 'S3 GET requests', quantity: 2_000_000 })
  t.is(reads?.amount.toFixed(2), '0.80')
  t.is(writes?.amount.toFixed(2), '5.00')
})
