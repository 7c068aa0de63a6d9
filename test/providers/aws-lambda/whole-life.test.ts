/** A function from its deployment to its removal: moto's server administers it, the emulator runs it, and its tiles go to a bucket of versitygw. */

import test from 'ava'
import { awsLambda } from '../../../src/providers/aws-lambda/index.ts'
import type { Finding } from '../../../src/providers/function/index.ts'
import { startLambdaEmulator } from '../../helpers/emulators/lambda/emulator.ts'
import { startVersitygw } from '../../helpers/servers/versitygw.ts'
import { REGISTRY, startAccount } from './helpers/account.ts'

test('deploy, doctor, destroy', async (t) => {
  const name = 'numpywren-worker'
  const [{ moto, image }, s3] = await Promise.all([startAccount(t), startVersitygw(t)])
  const emulator = await startLambdaEmulator(t, {
    controlPlane: moto.endpoint,
    role: { ...s3.env, OPENBLAS_NUM_THREADS: '1' },
  })
  Object.assign(process.env, s3.env, emulator.env)
  await image('v1')
  const store = `${await s3.url('bucket')}/work`
  const provider = awsLambda()

  const { shape } = await provider.deploy({ name, image: `${REGISTRY}/images:v1`, createRole: true, store })
  const findings: Finding[] = []
  for await (const finding of provider.doctor({ name, store })) findings.push(finding)
  t.deepEqual(
    findings.map(({ what, state }) => `${what} ${state}`),
    [
      ...['credentials ok', 'clock ok', 'bucket ok', 'region ok', 'concurrency ok', 'function ok', 'memory ok'],
      ...['time limit ok', 'invocation ok', 'store of the function ok'],
    ],
    findings.map(({ text }) => text).join('\n'),
  )
  const invocation = findings.find(({ what }) => what === 'invocation')
  t.regex(invocation?.text ?? '', new RegExp(`${shape.slots} slot`), 'the function counts its slots as the driver does')

  const deployed = await provider.connect({ name })
  t.teardown(() => deployed.close())
  t.is((await provider.destroy({ name, confirm: async () => true })).length, 2)
  await t.throwsAsync(deployed.invoke('{}', {}), { name: 'FunctionNotFoundError' })
})
