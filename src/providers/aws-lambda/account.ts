import type { Clients } from './clients.ts'
import { sending } from './connect.ts'
import { calling } from './failures.ts'
import type { Account } from './policy.ts'

/** Whose credentials these are. */
export interface Caller extends Account {
  readonly arn: string
}

/** @throws AccessDeniedError when AWS does not take the credentials, InputError without a region */
export async function accountOf(clients: Clients, signal: AbortSignal | undefined): Promise<Caller> {
  const region = await clients.region()
  const { sdk, client } = await clients.sts()
  const call = { action: 'sts:GetCallerIdentity', resource: 'the caller', signal }
  const { Account: account = '', Arn: arn = '' } = await calling(call, () =>
    client.send(new sdk.GetCallerIdentityCommand({}), sending(signal)),
  )
  return { account, arn, region, partition: arn.split(':')[1] ?? 'aws' }
}
