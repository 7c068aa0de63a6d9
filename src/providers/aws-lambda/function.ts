import { isDeepStrictEqual } from 'node:util'
import type { FunctionConfiguration, GetFunctionCommandOutput } from '@aws-sdk/client-lambda'
import pRetry from 'p-retry'
import { InputError, isNumpywrenError } from '../../errors.ts'
import type { Steps } from '../deployment/index.ts'
import { AccessDeniedError } from '../function/index.ts'
import type { Clients } from './clients.ts'
import { sending, untilActive, untilUpdated } from './connect.ts'
import { COORDINATOR_SECRET, ownVariables } from './environment.ts'
import { calling, looking } from './failures.ts'
import { type Settings, TAG } from './settings.ts'

/** A new function has one vCPU, and new accounts may not have more than 3008 MiB. */
const DEFAULTS = { memoryMb: 1769, timeoutS: 900, ephemeralMb: 512, architecture: 'x86_64' } as const
/** IAM tells its other regions of a new role within seconds; until then Lambda refuses it. */
const NEW_ROLE = { retries: 30, minTimeout: 1000, factor: 1.2, maxTimeout: 5000 }

export interface Wanted {
  readonly name: string
  /** `undefined`: keep that of the function. */
  readonly image: string | undefined
  readonly role: string | undefined
  readonly settings: Settings
  readonly signal: AbortSignal | undefined
}

/** A function as it is found: what `deploy` compares with. @throws InputError when somebody else has one of this name */
export async function findOwn(
  clients: Clients,
  name: string,
  signal: AbortSignal | undefined,
): Promise<GetFunctionCommandOutput | undefined> {
  const found = await findFunction(clients, name, signal)
  if (found === undefined || found.Tags?.[TAG] === name) return found
  throw new InputError(
    `there is a Lambda function ${name} that deploy did not make (it has no tag ${TAG}=${name}); choose another name (--function), or set the tag to have it taken over`,
  )
}

export async function findFunction(
  clients: Clients,
  name: string,
  signal: AbortSignal | undefined,
): Promise<GetFunctionCommandOutput | undefined> {
  const { sdk, client } = await clients.lambda()
  const call = { action: 'lambda:GetFunction', resource: name, signal }
  const command = new sdk.GetFunctionCommand({ FunctionName: name })
  const found = await looking(call, ['ResourceNotFoundException'], () => client.send(command, sending(signal)))
  // Without the right to list tags the answer has none, as if there were none.
  if (found?.TagsError?.ErrorCode !== undefined)
    throw new AccessDeniedError(
      `not allowed: lambda:ListTags on ${name} (${found.TagsError.ErrorCode}); a policy of the caller has to allow it: its tags say whether deploy has made the function`,
    )
  return found
}

/** Makes the function and waits until it can be invoked. @returns what it has; in a dry run what it would have */
export async function createFunction(clients: Clients, wanted: Wanted, steps: Steps): Promise<FunctionConfiguration> {
  const { name, image, role, settings, signal } = wanted
  const timeoutS = settings.timeoutS ?? DEFAULTS.timeoutS
  const sandbox = {
    Role: role,
    MemorySize: settings.memoryMb ?? DEFAULTS.memoryMb,
    Timeout: timeoutS,
    EphemeralStorage: { Size: settings.ephemeralMb ?? DEFAULTS.ephemeralMb },
    Architectures: [settings.architecture ?? DEFAULTS.architecture],
    Environment: { Variables: variables(settings, {}, timeoutS) },
  }
  const { sdk, client } = await clients.lambda()
  const command = new sdk.CreateFunctionCommand({
    FunctionName: name,
    Description: 'Workers of numpywren',
    PackageType: 'Image',
    Code: { ImageUri: image },
    ...sandbox,
    Tags: { ...settings.tags, [TAG]: name },
  })
  const call = { action: 'lambda:CreateFunction', resource: name, signal }
  const text = `the function ${name} with ${sandbox.MemorySize} MiB, ${timeoutS} s at most, ${sandbox.Architectures[0]}, image ${image}`
  const made = await steps.change('create', text, () =>
    untilRoleIsKnown(signal, () => calling(call, () => client.send(command, sending(signal)))),
  )
  await steps.wait(`the function ${name} to be ready`, () => untilActive(clients, name, signal))
  return made ?? sandbox
}

/** Asks again while Lambda does not know of the role yet. */
async function untilRoleIsKnown<T>(signal: AbortSignal | undefined, ask: () => Promise<T>): Promise<T> {
  return await pRetry(ask, { ...NEW_ROLE, ...(signal && { signal }), shouldRetry: ({ error }) => isNewRole(error) })
}

function isNewRole(error: Error): boolean {
  return isNumpywrenError(error, 'DeployError') && /cannot be assumed by Lambda|execution role/.test(error.message)
}

/** Brings a function up to date, and waits until it is. @returns what it has */
export async function updateFunction(
  clients: Clients,
  wanted: Wanted,
  found: GetFunctionCommandOutput,
  steps: Steps,
): Promise<FunctionConfiguration> {
  const { name, signal } = wanted
  const before = found.Configuration ?? {}
  // While one change takes effect, or the function is being made, Lambda refuses the next.
  if (before.State === 'Pending')
    await steps.wait(`the function ${name} to be ready`, () => untilActive(clients, name, signal))
  if (before.LastUpdateStatus === 'InProgress')
    await steps.wait(`the last change of ${name} to take effect`, () => untilUpdated(clients, name, signal))
  const { sdk, client } = await clients.lambda()
  const updated = () => steps.wait(`the change of ${name} to take effect`, () => untilUpdated(clients, name, signal))
  const code = codeChange(wanted, found)
  if (code) {
    const call = { action: 'lambda:UpdateFunctionCode', resource: name, signal }
    const command = new sdk.UpdateFunctionCodeCommand({ FunctionName: name, ...code })
    const text = `the image of the function ${name}: ${code.ImageUri} (${code.Architectures[0]})`
    await steps.change('update', text, () => calling(call, () => client.send(command, sending(signal))))
    await updated()
  }
  const { changes, texts } = configurationChange(wanted, before)
  if (texts.length > 0) {
    const call = { action: 'lambda:UpdateFunctionConfiguration', resource: name, signal }
    const command = new sdk.UpdateFunctionConfigurationCommand({ FunctionName: name, ...changes })
    await steps.change('update', `the function ${name}: ${texts.join(', ')}`, () =>
      untilRoleIsKnown(signal, () => calling(call, () => client.send(command, sending(signal)))),
    )
    await updated()
  }
  const tags = Object.entries(wanted.settings.tags).filter(([key, value]) => found.Tags?.[key] !== value)
  if (tags.length > 0) {
    const Resource = before.FunctionArn
    const command = new sdk.TagResourceCommand({ Resource, Tags: Object.fromEntries(tags) })
    const call = { action: 'lambda:TagResource', resource: name, signal }
    await steps.change('update', `tags of the function ${name}: ${tags.map(([key]) => key).join(', ')}`, () =>
      calling(call, () => client.send(command, sending(signal))),
    )
  }
  if (!code && texts.length === 0 && tags.length === 0) steps.keep(`the function ${name}`)
  return { ...before, ...changes, ...(code && { Architectures: code.Architectures }) }
}

interface CodeChange {
  readonly ImageUri: string
  readonly Architectures: ('x86_64' | 'arm64')[]
}

/** The image is the same by its digest, however it is called. */
function codeChange(
  { image, settings }: Wanted,
  { Code, Configuration }: GetFunctionCommandOutput,
): CodeChange | undefined {
  const before = Configuration?.Architectures?.[0] ?? DEFAULTS.architecture
  const architecture = settings.architecture ?? before
  const isSame = image === undefined || image === Code?.ResolvedImageUri || image === Code?.ImageUri
  if (isSame && architecture === before) return undefined
  return { ImageUri: image ?? Code?.ResolvedImageUri ?? Code?.ImageUri ?? '', Architectures: [architecture] }
}

interface ConfigurationChange {
  readonly changes: Pick<FunctionConfiguration, 'Role' | 'MemorySize' | 'Timeout' | 'EphemeralStorage'> & {
    readonly Environment?: { readonly Variables: Record<string, string> }
  }
  readonly texts: readonly string[]
}

function configurationChange({ role, settings }: Wanted, before: FunctionConfiguration): ConfigurationChange {
  const texts: string[] = []
  const differs = <T>(what: string, old: T | undefined, wanted: T | undefined, show = true): wanted is T => {
    if (wanted === undefined || isDeepStrictEqual(old, wanted)) return false
    texts.push(show ? `${what} ${old ?? 'none'} -> ${wanted}` : what)
    return true
  }
  const { memoryMb, timeoutS, ephemeralMb } = settings
  const ephemeral = before.EphemeralStorage?.Size
  const Variables = variables(settings, before.Environment?.Variables ?? {}, timeoutS ?? before.Timeout ?? 3)
  const changes = {
    ...(differs('role', before.Role, role) && { Role: role }),
    ...(differs('memory in MiB', before.MemorySize, memoryMb) && { MemorySize: memoryMb }),
    ...(differs('time limit in s', before.Timeout, timeoutS) && { Timeout: timeoutS }),
    ...(differs('/tmp in MiB', ephemeral, ephemeralMb) && { EphemeralStorage: { Size: ephemeralMb } }),
    ...(differs('variables', before.Environment?.Variables, Variables, false) && { Environment: { Variables } }),
  }
  return { changes, texts }
}

/** Variables of the function. Those that a user has given replace those of before; not giving any keeps them. */
function variables(
  { environment, coordinatorSecret }: Settings,
  before: Readonly<Record<string, string>>,
  timeoutS: number,
): Record<string, string> {
  const secret = coordinatorSecret ?? before[COORDINATOR_SECRET]
  const isGiven = Object.keys(environment).length > 0
  return {
    ...(isGiven ? environment : before),
    ...ownVariables(timeoutS),
    ...(secret !== undefined && { [COORDINATOR_SECRET]: secret }),
  }
}
