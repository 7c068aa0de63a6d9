import test from 'ava'
import type { Finding } from '../../../src/providers/function/index.ts'
import { gcpFunctions } from '../../../src/providers/gcp-functions/index.ts'
import { startFakeGcs } from '../../helpers/servers/fake-gcs.ts'
import { NAME, startProject } from './helpers/project.ts'

const provider = gcpFunctions()

async function findings(store?: string): Promise<readonly Finding[]> {
  const found: Finding[] = []
  for await (const finding of provider.doctor({ name: NAME, store })) found.push(finding)
  return found
}

const states = (found: readonly Finding[]): Readonly<Record<string, string>> =>
  Object.fromEntries(found.map(({ what, state }) => [what, state]))

test.serial('the doctor says what is there, and that all is well', async (t) => {
  const gcs = await startFakeGcs(t)
  await startProject(t, { services: [{ name: NAME, timeoutS: 120 }], environment: gcs.env })
  Object.assign(process.env, gcs.env)
  const found = await findings(`${await gcs.url('data')}/work`)
  t.deepEqual(states(found), {
    credentials: 'ok',
    clock: 'ok',
    bucket: 'ok',
    region: 'ok',
    function: 'ok',
    'requests an instance': 'ok',
    memory: 'ok',
    'time limit': 'ok',
    instances: 'ok',
    invocation: 'ok',
    'store of the function': 'ok',
  })
  t.regex(found[0]?.text ?? '', /project test-project, region us-central1; this is not Google but 127\.0\.0\.1/)
  // A bucket that is not there: on both sides.
  const missing = await findings('gs://elsewhere/work')
  t.like(states(missing), { bucket: 'problem', invocation: 'ok', 'store of the function': 'problem' })
  delete process.env.STORAGE_EMULATOR_HOST
})

test.serial('the doctor says what is missing, and what to do', async (t) => {
  await startProject(t)
  const found = await findings()
  t.like(states(found), { credentials: 'ok', bucket: 'warning', function: 'problem' })
  t.regex(found.at(-1)?.text ?? '', /numpywren deploy gcp-functions --function numpywren-worker/)
  t.like(states(await findings('/data')), { bucket: 'problem' })
})

test.serial('a clock that is off is found, and who may not look is told', async (t) => {
  await startProject(t, { aheadMs: 600_000, forbidden: /^GET .*\/services\// })
  const found = await findings()
  t.like(states(found), { clock: 'problem', function: 'problem' })
  t.regex(found.find(({ what }) => what === 'clock')?.text ?? '', /(599|600)\.\d s behind/)
  t.regex(found.at(-1)?.text ?? '', /roles\/run\.viewer/)
})

test.serial('no credentials are found out first', async (t) => {
  await startProject(t)
  process.env.GOOGLE_APPLICATION_CREDENTIALS = '/nowhere/key.json'
  t.teardown(() => delete process.env.GOOGLE_APPLICATION_CREDENTIALS)
  const found = await findings()
  t.deepEqual(states(found), { credentials: 'problem' })
})
