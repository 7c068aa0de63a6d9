import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  type DeployedFunction,
  type DoctorOptions,
  decodeAnswer,
  encodeRequest,
  type Finding,
  type FunctionProvider,
  type FunctionRequest,
  InvocationError,
  PROTOCOL_VERSION,
} from '../function/index.ts'
import { problem } from './problem.ts'

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string
}

/** Invokes the function: whether it answers and is of this release, and whether it gets at the store with the rights of its role. @param connect of the platform */
export async function* pingFindings(
  connect: FunctionProvider['connect'],
  options: DoctorOptions,
): AsyncGenerator<Finding> {
  const { name, store, signal } = options
  let deployed: DeployedFunction | undefined
  try {
    deployed = await connect(options)
    yield await pinged(deployed, signal)
    if (store !== undefined && (deployed.place.cloud === 'local' || /^(s3|gs):\/\//.test(store)))
      yield await storeReached(deployed, store, signal)
  } catch (error) {
    signal?.throwIfAborted()
    yield broken(name, error)
  } finally {
    await deployed?.close()
  }
}

async function pinged(deployed: DeployedFunction, signal: AbortSignal | undefined): Promise<Finding> {
  const startedAt = Date.now()
  const answer = await ask(deployed, { version: PROTOCOL_VERSION, kind: 'ping', invocation: randomUUID() }, signal)
  if (answer.kind === 'refused')
    return { what: 'invocation', state: 'problem', text: `${deployed.name} refuses: ${answer.error.message}` }
  const { release, cold, slots, coreType } = answer.sandbox
  const start = cold ? 'from cold' : 'warm'
  const text = `${deployed.name} answered in ${Date.now() - startedAt} ms (${start}), release ${release}, ${slots} slots, ${coreType}`
  if (release === version) return { what: 'invocation', state: 'ok', text }
  return { what: 'invocation', state: 'problem', text: `${text}; this is release ${version}: deploy its image` }
}

/** Asks for a task of a run that does not exist: the function has to look into the store to say so. */
async function storeReached(
  deployed: DeployedFunction,
  store: string,
  signal: AbortSignal | undefined,
): Promise<Finding> {
  const nothing = `doctor-${randomUUID()}`
  const request: FunctionRequest = {
    version: PROTOCOL_VERSION,
    kind: 'batch',
    invocation: randomUUID(),
    store,
    run: nothing,
    round: nothing,
    worker: 'doctor',
    tasks: [{ id: '0:', attempt: 1, backup: false, priority: 0 }],
  }
  const answer = await ask(deployed, request, signal)
  const what = 'store of the function'
  const { error } = answer
  if (error?.tag === 'RunNotFoundError')
    return { what, state: 'ok', text: `${deployed.name} reaches ${store} with its role` }
  const said = error?.message ?? 'it found a run that there is not'
  return {
    what,
    state: 'problem',
    text: `${deployed.name} does not reach ${store}: ${said}; deploy with --create-role --store ${store}`,
  }
}

async function ask<R extends FunctionRequest>(
  deployed: DeployedFunction,
  request: R,
  signal: AbortSignal | undefined,
): Promise<ReturnType<typeof decodeAnswer<R>>> {
  const { body, requestId } = await deployed.invoke(encodeRequest(request), { signal })
  return decodeAnswer(body, request, requestId)
}

function broken(name: string, error: unknown): Finding {
  const found = problem('invocation', error)
  if (!(error instanceof InvocationError) || !/exec format|InvalidEntrypoint/.test(error.message)) return found
  return { ...found, text: `the image of ${name} is made for another architecture than the function: ${error.message}` }
}
