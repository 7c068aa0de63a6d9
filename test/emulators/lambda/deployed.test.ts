import test from 'ava'
import { awsLambda } from '../../../src/providers/aws-lambda/index.ts'
import { startLambdaEmulator } from '../../helpers/emulators/lambda/emulator.ts'
import { processRunner } from '../../helpers/emulators/lambda/process-runner.ts'
import { until } from '../../helpers/until.ts'
import { REGISTRY, startAccount } from '../../providers/aws-lambda/helpers/account.ts'
import type { Told } from './helpers/call.ts'

const MIB = 2 ** 20

test('a function runs as it was deployed last', async (t) => {
  const { moto, image } = await startAccount(t)
  const emulator = await startLambdaEmulator(t, {
    runner: processRunner({ handler: 'test/emulators/lambda/helpers/handler.handler' }),
    controlPlane: moto.endpoint,
  })
  process.env.AWS_ENDPOINT_URL_LAMBDA = emulator.endpoint
  await image('v1')
  const provider = awsLambda()
  const wanted = { name: 'deployed', image: `${REGISTRY}/images:v1`, createRole: true, store: 's3://bucket/work' }
  await provider.deploy({ ...wanted, memoryBytes: 512 * MIB, timeoutMs: 30_000, environment: { OWN: 'first' } })
  const call = async (event: object = {}): Promise<Told> => {
    const deployed = await provider.connect({ name: 'deployed' })
    try {
      return JSON.parse((await deployed.invoke(JSON.stringify(event), {})).body)
    } finally {
      await deployed.close()
    }
  }
  const first = await call()
  t.like(first.environment, { OWN: 'first', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512' })
  t.true(first.remainingMs <= 30_000)
  t.is((await call()).pid, first.pid)

  await provider.deploy({ ...wanted, memoryBytes: 1024 * MIB, concurrency: 1 })
  const second = await call()
  t.not(second.pid, first.pid)
  t.like(second.environment, { OWN: 'first', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024' })

  const before = emulator.stats().invocations
  const running = call({ sleepMs: 500 })
  await until(() => emulator.stats().invocations > before)
  await t.throwsAsync(call(), { name: 'ThrottledError' })
  await running

  await provider.destroy({ name: 'deployed', confirm: async () => true })
  await t.throwsAsync(call(), { name: 'FunctionNotFoundError' })
})
