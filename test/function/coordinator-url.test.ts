import test from 'ava'
import { coordinatorUrl } from '../../src/function/coordinator-url.ts'
import { startMoto } from '../helpers/servers/moto.ts'

const url = 'rediss://worker:opensesame@redis.example:6380'

test('its own settings come before the request, and something must name it', async (t) => {
  t.is(await coordinatorUrl('redis://asked', { NUMPYWREN_COORDINATOR: url }), url)
  t.is(await coordinatorUrl('redis://asked', {}), 'redis://asked')
  await t.throwsAsync(coordinatorUrl(undefined, {}), { message: /knows no coordinator/ })
})

test('a secret is read by the function itself, once, and shown to nobody', async (t) => {
  const moto = await startMoto(t)
  Object.assign(process.env, moto.env)
  const { CreateSecretCommand, DeleteSecretCommand, SecretsManagerClient } = await import(
    '@aws-sdk/client-secrets-manager'
  )
  const client = new SecretsManagerClient()
  t.teardown(() => client.destroy())
  await client.send(new CreateSecretCommand({ Name: 'redis', SecretString: `${url}\n` }))
  await client.send(new CreateSecretCommand({ Name: 'other', SecretString: 'opensesame' }))
  const read = (name: string): Promise<string> =>
    coordinatorUrl('redis://asked', { NUMPYWREN_COORDINATOR_SECRET: name })
  t.is(await read('redis'), url)
  await client.send(new DeleteSecretCommand({ SecretId: 'redis', ForceDeleteWithoutRecovery: true }))
  t.is(await read('redis'), url)
  const none = await t.throwsAsync(read('none'), { message: /the secret none of the coordinator cannot be read/ })
  t.is((none as { _tag?: string })._tag, 'InputError')
  const wrong = await t.throwsAsync(read('other'), { message: /redis:\/\// })
  t.false(wrong.message.includes('opensesame'))
})
