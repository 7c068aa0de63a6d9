import test from 'ava'
import { distanceWarning } from '../../src/client/distance.ts'
import type { StorePlace } from '../../src/storage/index.ts'

const store = (place: StorePlace | undefined | Error) => ({
  url: 's3://bucket/work',
  location: async () => {
    if (place instanceof Error) throw place
    return place
  },
})

const inRegion = (region: string | undefined, cloud: 'aws' | 'gcp' | 'local' = 'aws') =>
  ({ name: 'f', provider: 'aws-lambda', place: { cloud, region } }) as const

test('function and store in different clouds or regions are warned of', async (t) => {
  const aws = inRegion('us-east-1')
  t.regex((await distanceWarning(aws, store({ cloud: 'gcp' }))) ?? '', /different clouds.*internet/)
  t.regex((await distanceWarning(aws, store({ cloud: 'aws', region: 'eu-west-1' }))) ?? '', /us-east-1.*eu-west-1/)
  const gcp = inRegion('us-central1', 'gcp')
  t.regex((await distanceWarning(gcp, store({ cloud: 'gcp', region: 'eu' }))) ?? '', /us-central1/)
})

test('what is near, or not known, is not warned of', async (t) => {
  const aws = inRegion('us-east-1')
  for (const place of [
    { cloud: 'aws', region: 'us-east-1' },
    { cloud: 'aws' },
    undefined,
    new Error('no bucket'),
  ] as const)
    t.is(await distanceWarning(aws, store(place)), undefined)
  t.is(await distanceWarning(inRegion('us-central1', 'gcp'), store({ cloud: 'gcp', region: 'us' })), undefined)
  t.is(await distanceWarning(inRegion('europe-west1', 'gcp'), store({ cloud: 'gcp', region: 'eu' })), undefined)
  t.is(await distanceWarning(inRegion(undefined, 'local'), store({ cloud: 'gcp' })), undefined)
  t.is(await distanceWarning(aws, { url: 'file:///x' }), undefined)
})
