import { availableParallelism } from 'node:os'
import { InputError } from '../errors.ts'
import {
  type DeployedFunction,
  expectReach,
  type FunctionProviderName,
  functionProvider,
  functionProviderName,
  functionWorkers,
  localProvider,
  type Provider,
} from '../providers/index.ts'
import type { Store } from '../storage/index.ts'
import { distanceWarning } from './distance.ts'
import type { ConnectOptions, WorkerDefaults } from './options.ts'

/** Functions at the same time where nobody says how many, and the machine does not. */
const DEFAULT_FUNCTIONS = 16
const DEFAULT_NAME = 'numpywren-worker'

/** Who does the work of a connection: this process, or a deployed function, which is looked for when first needed. */
export class Workforce {
  /** `undefined`: this process, and processes of this machine that pull from a coordinator. */
  readonly platform: FunctionProviderName | undefined
  readonly #options: ConnectOptions
  readonly #store: Store
  #deployed: Promise<DeployedFunction> | undefined

  /** @throws InputError for a provider that there is not */
  constructor(options: ConnectOptions, store: Store) {
    const { provider = process.env.NUMPYWREN_PROVIDER ?? 'here' } = options
    this.platform = provider === 'here' || provider === '' ? undefined : functionProviderName(provider)
    this.#options = options
    this.#store = store
  }

  /** @throws FunctionNotFoundError, AccessDeniedError */
  async provider(): Promise<Provider> {
    return this.platform === undefined ? localProvider() : functionWorkers(await this.#function())
  }

  /** What the functions have, for defaults and limits; `undefined` for workers of this machine. */
  async defaults(): Promise<WorkerDefaults | undefined> {
    if (this.platform === undefined) return undefined
    const { shape } = await this.#function()
    const workers =
      this.platform === 'local' ? Math.max(1, Math.floor(availableParallelism() / shape.slots)) : DEFAULT_FUNCTIONS
    return {
      workers: Math.min(workers, shape.concurrency ?? workers),
      slots: shape.slots,
      memoryBytes: shape.tileBytes,
    }
  }

  async close(): Promise<void> {
    const deployed = await this.#deployed?.catch(() => undefined)
    await deployed?.close()
  }

  #function(): Promise<DeployedFunction> {
    this.#deployed ??= this.#connect().catch((error: unknown) => {
      this.#deployed = undefined
      throw error
    })
    return this.#deployed
  }

  async #connect(): Promise<DeployedFunction> {
    if (this.platform === undefined) throw new InputError('this connection has no provider of functions')
    // Said before credentials are asked for.
    expectReach(this.platform, this.#store.url)
    const { function: name = process.env.NUMPYWREN_FUNCTION ?? DEFAULT_NAME, region, project, signal } = this.#options
    const provider = await functionProvider(this.platform)
    const deployed = await provider.connect({ name, region, project, signal })
    const warning = await distanceWarning(deployed, this.#store)
    if (warning !== undefined) this.#options.onWarning?.(warning)
    return deployed
  }
}
