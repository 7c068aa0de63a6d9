import { randomUUID } from 'node:crypto'
import type { FunctionConfiguration } from '@aws-sdk/client-lambda'
import { DeployError, type DeployedFunction, type FunctionPlace, PROTOCOL_VERSION } from '../function/index.ts'
import { bareSandbox, isBare } from './bare-sandbox.ts'
import { Clients } from './clients.ts'
import { lambdaFacts } from './facts.ts'
import { calling, looking } from './failures.ts'
import { invoke, notFound } from './invoke.ts'
import { ownSandbox } from './own-sandbox.ts'
import { type Sandbox, shapeOf } from './shape.ts'

/** Beyond the function's own time limit: the way there and back, and the start of its sandbox. */
const ANSWER_MARGIN_MS = 60_000
/** Time for a function that is being made, or awakes after weeks without an invocation. */
const READY_S = 300

/** The function, ready to be invoked. @throws FunctionNotFoundError, AccessDeniedError, DeployError when it is in no state to be called */
export async function connect(
  options: FunctionPlace & { readonly signal?: AbortSignal | undefined },
): Promise<DeployedFunction> {
  const { name, signal } = options
  const clients = new Clients(options.region)
  try {
    const own = ownSandbox(name)
    const found = own ? { sandbox: own, concurrency: undefined } : await lookUp(clients, name, signal)
    const shape = shapeOf(found.sandbox, found.concurrency)
    const loaded = await clients.invoking(answerMs(found.sandbox))
    return {
      provider: 'aws-lambda',
      name,
      place: { cloud: 'aws', region: await clients.region() },
      shape,
      emulatedBy: await clients.standIn(),
      facts: lambdaFacts,
      invoke: (body, { signal }) => invoke(loaded, name, body, signal),
      close: async () => clients.close(),
    }
  } catch (error) {
    clients.close()
    throw error
  }
}

/** After which an answer does not come any more. */
function answerMs(sandbox: Sandbox): number {
  return shapeOf(sandbox).timeoutMs + ANSWER_MARGIN_MS
}

interface Found {
  readonly sandbox: Sandbox
  /** Reserved for the function. */
  readonly concurrency: number | undefined
}

async function lookUp(clients: Clients, name: string, signal: AbortSignal | undefined): Promise<Found> {
  await clients.region()
  let configuration: FunctionConfiguration
  try {
    configuration = await configurationOf(clients, name, signal)
  } catch (error) {
    if (!(error instanceof DeployError && (await isBare(clients, error)))) throw error
    return { sandbox: await bareSandbox(clients, name, signal), concurrency: undefined }
  }
  if (configuration.State === 'Inactive') await wake(clients, name, answerMs(configuration), signal)
  if (configuration.State === 'Inactive' || configuration.State === 'Pending') {
    await untilActive(clients, name, signal)
    configuration = await configurationOf(clients, name, signal)
  }
  if (configuration.State === 'Failed') throw failedState(name, configuration)
  return { sandbox: configuration, concurrency: await reservedConcurrency(clients, name, signal) }
}

/** @throws FunctionNotFoundError, AccessDeniedError */
export async function configurationOf(
  clients: Clients,
  name: string,
  signal: AbortSignal | undefined,
): Promise<FunctionConfiguration> {
  const { sdk, client } = await clients.lambda()
  const call = { action: 'lambda:GetFunctionConfiguration', resource: name, signal }
  const command = new sdk.GetFunctionConfigurationCommand({ FunctionName: name })
  const found = await looking(call, ['ResourceNotFoundException'], () => client.send(command, sending(signal)))
  if (found === undefined) throw notFound(name)
  return found
}

/** Invocations at the same time that are set aside for the function, and the most that it gets. */
export async function reservedConcurrency(
  clients: Clients,
  name: string,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const { sdk, client } = await clients.lambda()
  const command = new sdk.GetFunctionConcurrencyCommand({ FunctionName: name })
  const call = { action: 'lambda:GetFunctionConcurrency', resource: name, signal }
  const found = await calling(call, () => client.send(command, sending(signal)))
  return found.ReservedConcurrentExecutions
}

/** The first invocation of a function that sleeps fails, and wakes it. */
async function wake(clients: Clients, name: string, answerMs: number, signal: AbortSignal | undefined): Promise<void> {
  const ping = JSON.stringify({ version: PROTOCOL_VERSION, kind: 'ping', invocation: randomUUID() })
  const loaded = await clients.invoking(answerMs)
  await invoke(loaded, name, ping, signal).catch(() => undefined)
  signal?.throwIfAborted()
}

/** Waits while the function is being made. @throws DeployError when it does not become active */
export async function untilActive(clients: Clients, name: string, signal: AbortSignal | undefined): Promise<void> {
  await waiting(clients, name, 'active', signal)
}

/** Waits while a change of the function takes effect. @throws DeployError when it does not */
export async function untilUpdated(clients: Clients, name: string, signal: AbortSignal | undefined): Promise<void> {
  await waiting(clients, name, 'updated', signal)
}

async function waiting(
  clients: Clients,
  name: string,
  what: 'active' | 'updated',
  signal: AbortSignal | undefined,
): Promise<void> {
  const { sdk, client } = await clients.lambda()
  const wait = what === 'active' ? sdk.waitUntilFunctionActiveV2 : sdk.waitUntilFunctionUpdatedV2
  const settings = { client, maxWaitTime: READY_S, minDelay: 1, maxDelay: 5, ...(signal && { abortSignal: signal }) }
  try {
    await wait(settings, { FunctionName: name })
  } catch (cause) {
    signal?.throwIfAborted()
    const now = await configurationOf(clients, name, signal)
    if (now.State === 'Failed' || now.LastUpdateStatus === 'Failed') throw failedState(name, now)
    throw new DeployError(`the function ${name} was not ${what} after ${READY_S} s (state ${now.State})`, { cause })
  }
}

function failedState(name: string, { State, StateReason, LastUpdateStatusReason }: FunctionConfiguration): DeployError {
  const reason = (State === 'Failed' ? StateReason : LastUpdateStatusReason) ?? 'no reason given'
  return new DeployError(
    `Lambda could not set up ${name}: ${reason}; remove it (numpywren destroy aws-lambda) and deploy it again`,
  )
}

/** Options of a call of the SDK. */
export function sending(signal: AbortSignal | undefined): { readonly abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal }
}
