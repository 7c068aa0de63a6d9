import type { Steps } from '../deployment/index.ts'
import type { Clients } from './clients.ts'
import { reservedConcurrency, sending } from './connect.ts'
import { calling } from './failures.ts'

export interface WantedConcurrency {
  /** Of the function. */
  readonly name: string
  readonly isNew: boolean
  /** 0: none reserved; `undefined`: as it is. */
  readonly wanted: number | undefined
  readonly signal: AbortSignal | undefined
}

/** Reserves concurrency, or gives it back. @returns what is reserved then */
export async function ensureConcurrency(
  clients: Clients,
  { name, isNew, wanted, signal }: WantedConcurrency,
  steps: Steps,
): Promise<number | undefined> {
  const before = isNew ? undefined : await reservedConcurrency(clients, name, signal)
  if (wanted === undefined || wanted === (before ?? 0)) return before
  const { sdk, client } = await clients.lambda()
  if (wanted === 0) {
    const call = { action: 'lambda:DeleteFunctionConcurrency', resource: name, signal }
    const command = new sdk.DeleteFunctionConcurrencyCommand({ FunctionName: name })
    await steps.change('delete', `the ${before} reserved invocations at a time of ${name}`, () =>
      calling(call, () => client.send(command, sending(signal))),
    )
    return undefined
  }
  const call = { action: 'lambda:PutFunctionConcurrency', resource: name, signal }
  const command = new sdk.PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: wanted })
  await steps.change('update', `${name}: ${wanted} invocations at a time are reserved for it, and no more run`, () =>
    calling(call, () => client.send(command, sending(signal))),
  )
  return wanted
}
