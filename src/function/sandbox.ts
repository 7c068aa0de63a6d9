/** What the process knows of the sandbox that it runs in. */

import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { InputError } from '../errors.ts'
import { blasInfo } from '../kernels/index.ts'
import {
  type FunctionProviderName,
  lambdaFacts,
  lambdaSlots,
  type SandboxFacts,
  tileBytesOf,
} from '../providers/index.ts'

const MIB = 2 ** 20

/** What a sandbox has to work with. */
export interface SandboxSize {
  /** Where the function runs; `undefined` for a container that nobody's platform started. */
  readonly provider: FunctionProviderName | undefined
  /** As its provider knows it. */
  readonly functionName: string | undefined
  readonly memoryBytes: number
  readonly vcpus: number
  /** Tasks computed at the same time. */
  readonly slots: number
  readonly tileBytes: number
  /** After which the platform ends an invocation, where the invocation itself does not say. */
  readonly timeoutMs: number | undefined
}

/**
 * The platform's word on memory and vCPUs, not what the kernel shows: a sandbox of half a core sees all cores of its machine.
 * @throws InputError for a setting that is no number
 */
export function sandboxSize(env: NodeJS.ProcessEnv = process.env): SandboxSize {
  const provider = env.AWS_LAMBDA_FUNCTION_NAME ? 'aws-lambda' : env.K_SERVICE ? 'gcp-functions' : providerOf(env)
  const seconds = setting(env, 'NUMPYWREN_TIMEOUT_S')
  const common = { provider, timeoutMs: seconds === undefined ? undefined : seconds * 1000 } as const
  if (provider === 'aws-lambda') {
    const memoryBytes = (setting(env, 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE') ?? 128) * MIB
    const vcpus = lambdaFacts.vcpusOf(memoryBytes)
    const slots = lambdaSlots(memoryBytes)
    const functionName = env.AWS_LAMBDA_FUNCTION_NAME
    return { ...common, functionName, memoryBytes, vcpus, slots, tileBytes: tileBytesOf(memoryBytes) }
  }
  const memoryBytes = setting(env, 'NUMPYWREN_MEMORY_BYTES') ?? totalmem()
  const vcpus = setting(env, 'NUMPYWREN_VCPUS') ?? availableParallelism()
  const functionName = env.K_SERVICE ?? env.NUMPYWREN_FUNCTION
  const slots = Math.max(1, Math.floor(vcpus))
  const tileBytes = setting(env, 'NUMPYWREN_TILE_BYTES') ?? tileBytesOf(memoryBytes)
  return { ...common, functionName, memoryBytes, vcpus, slots, tileBytes }
}

/** Facts of this process for the answers to its invocations. */
export class Sandbox {
  readonly #id = `${process.pid}-${randomBytes(6).toString('hex')}`
  readonly #startedAt = performance.timeOrigin
  #initMs: number | undefined
  #invocations = 0

  /** One more invocation has begun. */
  begin(size: SandboxSize): SandboxFacts {
    this.#initMs ??= performance.now()
    this.#invocations++
    return {
      id: this.#id,
      cold: this.#invocations === 1,
      startedAt: this.#startedAt,
      initMs: this.#initMs,
      invocations: this.#invocations,
      slots: size.slots,
      vcpus: size.vcpus,
      memoryBytes: size.memoryBytes,
      coreType: blasInfo().coreType,
      release,
    }
  }

  /** The process can take requests from now on. */
  ready(): void {
    this.#initMs ??= performance.now()
  }
}

const { version: release } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

function providerOf({ NUMPYWREN_PROVIDER }: NodeJS.ProcessEnv): FunctionProviderName | undefined {
  return NUMPYWREN_PROVIDER === 'local' ? 'local' : undefined
}

function setting(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = env[name]
  if (text === undefined || text === '') return undefined
  const value = Number(text)
  if (value > 0 && Number.isFinite(value)) return value
  throw new InputError(`${name} must be a number above 0, not '${text}'`)
}
