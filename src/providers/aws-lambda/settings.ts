import { InputError } from '../../errors.ts'
import type { DeployOptions } from '../function/index.ts'
import { environmentProblem } from './environment.ts'
import { lambdaFacts } from './facts.ts'

const MIB = 2 ** 20

/** What `deploy` is to bring about, in the units of the service. What is `undefined` stays as it is, or gets its default in a new function. */
export interface Settings {
  readonly memoryMb: number | undefined
  readonly timeoutS: number | undefined
  readonly ephemeralMb: number | undefined
  readonly architecture: 'x86_64' | 'arm64' | undefined
  /** 0: nothing is reserved, and the function shares the account's with the others. */
  readonly concurrency: number | undefined
  /** Empty: as it is. */
  readonly environment: Readonly<Record<string, string>>
  readonly coordinatorSecret: string | undefined
  /** Without the one that `destroy` goes by. */
  readonly tags: Readonly<Record<string, string>>
}

/** The tag of everything that `deploy` makes; its value is the name of the function. */
export const TAG = 'numpywren'

/** @throws InputError for the first option that Lambda would not take, with its name, its value and what is allowed */
export function settingsOf(options: DeployOptions): Settings {
  const { limits } = lambdaFacts
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(options.name))
    throw new InputError(
      `the name of a Lambda function is up to 64 letters, digits, '-' and '_', not '${options.name}'`,
    )
  const { timeoutMs, concurrency, environment = {}, tags = {} } = options
  if (timeoutMs !== undefined && !(timeoutMs >= 1000 && timeoutMs <= limits.timeoutMs && timeoutMs % 1000 === 0))
    throw new InputError(
      `the time limit of a Lambda function is 1 to ${limits.timeoutMs / 1000} whole seconds, not ${timeoutMs / 1000}`,
    )
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency >= 0))
    throw new InputError(`the concurrency to be reserved is a whole number, 0 for none, not ${concurrency}`)
  if (options.role !== undefined && options.createRole)
    throw new InputError('give either the ARN of a role or --create-role, not both')
  if (options.role !== undefined && !/^arn:aws[a-z-]*:iam::\d{12}:role\/./.test(options.role))
    throw new InputError(`a role is given by its ARN, as arn:aws:iam::123456789012:role/name, not '${options.role}'`)
  if (TAG in tags) throw new InputError(`the tag ${TAG} is what destroy goes by; give another name`)
  const problem = environmentProblem(environment)
  if (problem !== undefined) throw new InputError(problem)
  return {
    memoryMb: memoryOf(options),
    timeoutS: timeoutMs === undefined ? undefined : timeoutMs / 1000,
    ephemeralMb: mebibytes('/tmp', options.ephemeralBytes, limits.ephemeralBytes),
    architecture: options.architecture,
    concurrency,
    environment,
    coordinatorSecret: options.coordinatorSecret,
    tags,
  }
}

/** On Lambda the share of the cores follows from the memory: whoever asks for vCPUs gets the memory that brings them. */
function memoryOf({ memoryBytes, vcpus }: DeployOptions): number | undefined {
  const { limits } = lambdaFacts
  const memoryMb = mebibytes('memory', memoryBytes, limits.memoryBytes)
  if (vcpus === undefined) return memoryMb
  if (!(vcpus > 0 && vcpus <= Math.ceil(limits.vcpus.most)))
    throw new InputError(`a Lambda function has up to ${Math.ceil(limits.vcpus.most)} vCPUs, not ${vcpus}`)
  const needed = Math.min(Math.max(Math.ceil(vcpus * 1769), 128), limits.memoryBytes.most / MIB)
  if (memoryMb !== undefined && memoryMb < needed)
    throw new InputError(
      `on Lambda vCPUs come with memory: ${vcpus} need ${needed} MiB, and ${memoryMb} MiB are asked for; leave --vcpus out or raise --memory`,
    )
  return memoryMb ?? needed
}

function mebibytes(
  what: string,
  bytes: number | undefined,
  allowed: { readonly least: number; readonly most: number } | undefined,
): number | undefined {
  if (bytes === undefined || allowed === undefined) return undefined
  if (!(bytes >= allowed.least && bytes <= allowed.most && bytes % MIB === 0))
    throw new InputError(
      `${what} of a Lambda function is ${allowed.least / MIB} to ${allowed.most / MIB} whole MiB, not ${bytes / MIB}`,
    )
  return bytes / MIB
}
