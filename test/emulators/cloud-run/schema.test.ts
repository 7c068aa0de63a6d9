import test from 'ava'
import { readMessage } from '../../helpers/emulators/cloud-run/schema.ts'

const service = (json: object): unknown => readMessage('google.cloud.run.v2.Service', json)

test('a request is held against the messages of the client', (t) => {
  const given = {
    labels: { team: 'algebra' },
    ingress: 1,
    etag: 'from before',
    template: {
      timeout: '900s',
      executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
      maxInstanceRequestConcurrency: 1,
      containers: [{ image: 'worker', resources: { limits: { cpu: '1' }, cpuIdle: true } }],
    },
  }
  t.deepEqual(service(given), { ...given, ingress: 'INGRESS_TRAFFIC_ALL' })
})

test('what only the platform sets, and what is empty, is left out', (t) => {
  t.deepEqual(service({ uid: 'x', createTime: '2026-01-01T00:00:00Z', client: '', description: 'd' }), {
    description: 'd',
  })
})

for (const [what, json] of Object.entries({
  'an unknown field': { tempalte: {} },
  'an unknown field within': { template: { containers: [{ image: 'worker', memory: '1Gi' }] } },
  'a number for a text': { description: 3 },
  'a text for a number': { template: { maxInstanceRequestConcurrency: '1' } },
  'a value that is none of the enumeration': { ingress: 'INGRESS_TRAFFIC_SOME' },
  'a duration without its unit': { template: { timeout: '900' } },
  'a list where there is one': { template: [] },
}))
  test(`refused: ${what}`, (t) => {
    const error = t.throws(() => service(json))
    t.is((error as { code?: number }).code, 400)
  })
