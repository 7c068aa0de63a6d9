import { InputError } from '../../errors.ts'
import { looksSecret } from '../deployment/index.ts'
import type { DeployOptions } from '../function/index.ts'
import { checkSize, gcpFacts, SIZES } from './facts.ts'

const GIB = 2 ** 30

/** The label of everything that `deploy` makes; its value is the name of the service. */
export const LABEL = 'numpywren'

/** Set by `deploy` itself. */
const OWN_VARIABLES = ['NUMPYWREN_PROVIDER', 'NUMPYWREN_MEMORY_BYTES', 'NUMPYWREN_VCPUS', 'NUMPYWREN_TIMEOUT_S']
/** Holds the URL of the coordinator, from a secret. */
export const COORDINATOR = 'NUMPYWREN_COORDINATOR'

/** A service as somebody asked for it. What is `undefined` stays as it is, or gets its default in a new service. */
export interface Settings {
  readonly memoryBytes: number | undefined
  readonly vcpus: number | undefined
  readonly timeoutMs: number | undefined
  readonly maxInstances: number | undefined
  readonly serviceAccount: string | undefined
  /** Empty: as it is. */
  readonly environment: Readonly<Record<string, string>>
  readonly coordinatorSecret: string | undefined
  /** Without the one that `destroy` goes by. */
  readonly labels: Readonly<Record<string, string>>
}

/** @throws InputError for the first option that Cloud Run would not take, with its name, its value and what is allowed */
export function settingsIn(options: DeployOptions): Settings {
  const { name, timeoutMs, concurrency, role, createRole, environment = {}, coordinatorSecret, tags = {} } = options
  if (!/^[a-z]([a-z0-9-]{0,47}[a-z0-9])?$/.test(name))
    throw new InputError(
      `the name of a service of Cloud Run is a small letter, then up to 48 small letters, digits and '-', not '${name}'`,
    )
  const most = gcpFacts.limits.timeoutMs
  if (timeoutMs !== undefined && !(timeoutMs >= 1000 && timeoutMs <= most && timeoutMs % 1000 === 0))
    throw new InputError(`the time limit of Cloud Run is 1 to ${most / 1000} whole seconds, not ${timeoutMs / 1000}`)
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency >= 1))
    throw new InputError(`the number of instances is a whole number from 1, not ${concurrency}`)
  if (options.architecture === 'arm64')
    throw new InputError('Cloud Run runs x86_64 only; give an image for it, and leave --arch out')
  if (options.ephemeralBytes !== undefined)
    throw new InputError('on Cloud Run files are kept in memory: leave --ephemeral out, and ask for more --memory')
  if (role !== undefined && createRole) throw new InputError('give either --role or --create-role, not both')
  if (role !== undefined && !/^[^@\s]+@[^@\s]+\.gserviceaccount\.com$/.test(role))
    throw new InputError(
      `a service account is given by its e-mail, as worker@project.iam.gserviceaccount.com, not '${role}'`,
    )
  if (coordinatorSecret !== undefined && !/^[A-Za-z0-9_-]{1,255}$/.test(coordinatorSecret))
    throw new InputError(
      `a secret is given by its name in Secret Manager, in the project of the service, not '${coordinatorSecret}'`,
    )
  checkEnvironment(environment)
  checkLabels(tags)
  const size = sizeOf(options)
  return {
    ...size,
    timeoutMs,
    maxInstances: concurrency,
    serviceAccount: role,
    environment,
    coordinatorSecret,
    labels: tags,
  }
}

/** Who gives one of memory and vCPUs gets what goes with it: the fewest vCPUs that have the memory, or 2 GiB for each vCPU. */
function sizeOf({ memoryBytes, vcpus }: DeployOptions): Pick<Settings, 'memoryBytes' | 'vcpus'> {
  if (memoryBytes === undefined && vcpus === undefined) return { memoryBytes, vcpus }
  if (memoryBytes !== undefined && memoryBytes % 2 ** 20 !== 0)
    throw new InputError(`memory is whole MiB on Cloud Run, not ${memoryBytes} bytes`)
  const size = {
    memoryBytes: memoryBytes ?? (vcpus !== undefined && vcpus < 1 ? GIB / 2 : 2 * GIB * (vcpus ?? 1)),
    vcpus: vcpus ?? SIZES.find(({ most }) => (memoryBytes ?? 0) <= most)?.vcpus ?? 8,
  }
  checkSize(size.memoryBytes, size.vcpus)
  return size
}

function checkEnvironment(environment: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(environment)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      throw new InputError(`'${name}' cannot be the name of a variable: letters, digits and '_'`)
    if (name === COORDINATOR || looksSecret(name, value))
      throw new InputError(
        `the variable ${name} looks like a secret, and variables of a service are no place for one: ` +
          'put the URL of a coordinator into Secret Manager and give its name (--coordinator-secret); for stores the service account is enough',
      )
    if (OWN_VARIABLES.includes(name) || name === 'PORT' || name.startsWith('K_'))
      throw new InputError(`the variable ${name} is set by deploy, or by Cloud Run; leave it out`)
  }
}

function checkLabels(labels: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(labels)) {
    if (key === LABEL) throw new InputError(`the label ${LABEL} is what destroy goes by; give another name`)
    if (!/^[a-z][a-z0-9_-]{0,62}$/.test(key) || !/^[a-z0-9_-]{0,63}$/.test(value))
      throw new InputError(
        `the tag ${key}=${value} cannot be a label of Google Cloud: small letters, digits, '-' and '_', up to 63 of them`,
      )
  }
}
