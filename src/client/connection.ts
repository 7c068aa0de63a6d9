import { randomBytes } from 'node:crypto'
import { InputError } from '../errors.ts'
import { kernelRegistry } from '../kernels/index.ts'
import { type Algorithm, isShipped, type ResidualOptions } from '../linalg/index.ts'
import { BigMatrix } from '../matrix/index.ts'
import type { CostItem, Usage, WorkerProcesses } from '../providers/index.ts'
import {
  type AlgorithmNote,
  type Binding,
  COORDINATOR_VARIABLE,
  type Coordination,
  dismiss,
  processName,
  type Run,
  type RunOptions,
  readManifest,
  redisCoordination,
  resultsPrefix,
  resumeRun,
  type Served,
  type ServeOptions,
  type Sharing,
  serveRuns,
  startRun,
} from '../run/index.ts'
import type { Store } from '../storage/index.ts'
import { type CallOptions, type ConnectOptions, compileSettings, type RunSettings, type WorkersAt } from './options.ts'
import { type Place, Places } from './places.ts'
import { Workforce } from './workforce.ts'

/** What every call of a connection shares: its places and settings, and how a run of it is started. */
export class Connection {
  readonly places: Places
  readonly signal: AbortSignal | undefined
  readonly settings: RunSettings
  readonly #workforce: Workforce
  readonly #coordinator: string
  readonly #onWarning: ConnectOptions['onWarning']
  #coordination: Promise<Coordination> | undefined

  /** @throws InputError for a setting out of range */
  constructor(options: ConnectOptions) {
    const { store = process.env.NUMPYWREN_STORE ?? '.', signal } = options
    this.#coordinator = options.coordinator ?? process.env[COORDINATOR_VARIABLE] ?? 'embedded'
    this.#onWarning = options.onWarning
    this.places = new Places(store)
    this.settings = settingsOf(options)
    this.signal = signal
    if (this.isShared && !/^rediss?:\/\//.test(this.#coordinator)) {
      throw new InputError('the coordinator must be embedded, or a URL that begins with redis:// or rediss://')
    }
    this.#workforce = new Workforce(options, this.places.base)
    compileSettings({ isShared: this.isShared, platform: this.#workforce.platform }, this.settings)
  }

  /** Whether other processes take part in its runs. */
  get isShared(): boolean {
    return this.#coordinator !== 'embedded'
  }

  /** The coordinator that it shares with other processes, connected to when first needed. @throws InputError when there is none */
  coordination(): Promise<Coordination> {
    if (!this.isShared) {
      throw new InputError(
        `the embedded coordinator is in one process only: name one that others reach, such as redis://localhost (--coordinator, or ${COORDINATOR_VARIABLE})`,
      )
    }
    this.#coordination ??= redisCoordination(this.#coordinator, this.#onWarning)
    return this.#coordination
  }

  /** A matrix as it is, or opened by name or URL. @throws MatrixNotFoundError */
  async matrix(matrix: BigMatrix | string): Promise<BigMatrix> {
    if (typeof matrix !== 'string') return matrix
    const { store, path } = this.places.of(matrix)
    return BigMatrix.open(store, path, { signal: this.signal })
  }

  binding(bound: string | BigMatrix | Binding): Binding {
    if (typeof bound === 'string') return this.places.of(bound)
    return bound instanceof BigMatrix ? { store: bound.store, path: bound.path } : bound
  }

  /** Where a small result lies that stays with its run. */
  scratch(runId: string, name: string): Place {
    return { store: this.places.base, path: `${resultsPrefix(runId)}${name}` }
  }

  /** How a residual is computed: with the slots of a run and half of its memory. */
  residualOptions(options: ResidualOptions): ResidualOptions {
    const { slots, memoryBytes } = compileSettings({ isShared: false }, { ...this.settings, workers: 1 }, options)
    return { slots, memoryBytes: Math.floor(memoryBytes / 2), signal: options.signal ?? this.signal }
  }

  /** Starts the run of one program. @param processes that outlive it. @default worker processes of its own, if any */
  async start(
    id: string,
    algorithm: Algorithm,
    call: CallOptions,
    note: AlgorithmNote,
    processes?: () => WorkerProcesses | undefined,
  ): Promise<Run> {
    const options = await this.compile(call)
    return startRun({
      store: this.places.base,
      id,
      program: algorithm.program,
      args: algorithm.args,
      bindings: algorithm.bindings,
      overwrite: call.overwrite ?? false,
      options,
      sharing: await this.#sharing(id, options, processes),
      provider: await this.#workforce.provider(),
      kernels: kernelRegistry,
      algorithm: note,
      signal: call.signal ?? this.signal,
    })
  }

  /** Continues the run of one program. @param processes as for {@link start} */
  async resume(id: string, call: CallOptions, processes?: () => WorkerProcesses | undefined): Promise<Run> {
    const stored = await storedOptions(this.places.base, id)
    const given = await this.overridesOf(call, stored)
    return resumeRun({
      store: this.places.base,
      id,
      options: given,
      sharing: await this.#sharing(id, { ...stored, ...given }, processes),
      provider: await this.#workforce.provider(),
      kernels: kernelRegistry,
      isShipped,
      signal: call.signal ?? this.signal,
    })
  }

  /** The settings of a call with those of the connection and every default. */
  async compile(call: RunSettings): Promise<RunOptions> {
    return compileSettings(await this.#workersAt(), this.settings, settingsOf(call))
  }

  /** The same for a worker in this process. */
  compileHere(call: RunSettings): RunOptions {
    return compileSettings({ isShared: this.isShared }, this.settings, settingsOf(call))
  }

  /** What a call says anew of a run that is gone on with, and what other workers than those it had make of it. @throws InputError */
  async overridesOf(call: RunSettings, stored: RunOptions): Promise<Partial<RunOptions>> {
    const given = Object.fromEntries(Object.entries(settingsOf(call)).filter(([, value]) => value !== undefined))
    const at = await this.#workersAt()
    const { workers, slots, memoryBytes } = compileSettings(at, given)
    if (stored.provider !== at.platform) return { workers, slots, memoryBytes, ...given }
    // A function may have been deployed anew; other numbers of processes share the machine otherwise.
    const isOther = at.functions !== undefined || (this.isShared && call.workers !== undefined)
    return isOther ? { slots, memoryBytes, ...given } : given
  }

  /** Worker processes of this machine, or pulling functions, for a run or a procedure with its stages; `undefined` when there are to be none. */
  async processes(
    runId: string,
    { workers, slots, memoryBytes }: RunOptions,
  ): Promise<(() => WorkerProcesses) | undefined> {
    if (!this.isShared || workers === 0) return undefined
    const { environment } = await this.coordination()
    const provider = await this.#workforce.provider()
    const store = this.places.base
    const context = { runId, storeUrl: store.url, coordinator: this.#coordinator, environment }
    return () => {
      const group = randomBytes(8).toString('hex')
      const whole = { ...context, group, dismiss: () => dismiss(store, runId, group) }
      return provider.startProcesses(whole, { workers, slots, memoryBytes })
    }
  }

  /** What its workers cost. */
  async costsOf(): Promise<(usage: Usage) => readonly CostItem[]> {
    const provider = await this.#workforce.provider()
    return (usage) => provider.costsOf(usage)
  }

  /** Serves runs as one worker among many. */
  async serve(
    options: Omit<ServeOptions, 'store' | 'coordination' | 'kernels' | 'isShipped' | 'name'>,
  ): Promise<Served> {
    return serveRuns({
      ...options,
      store: this.places.base,
      coordination: await this.coordination(),
      kernels: kernelRegistry,
      isShipped,
      name: processName(),
    })
  }

  /** Closes the stores, and lets go of functions and the coordinator. */
  async close(): Promise<void> {
    await this.#workforce.close()
    const coordination = await this.#coordination?.catch(() => undefined)
    await coordination?.close()
    await this.places.close()
  }

  async #workersAt(): Promise<WorkersAt> {
    const { platform } = this.#workforce
    return { isShared: this.isShared, platform, functions: await this.#workforce.defaults() }
  }

  async #sharing(
    runId: string,
    options: RunOptions,
    processes: (() => WorkerProcesses | undefined) | undefined,
  ): Promise<Sharing | undefined> {
    if (!this.isShared) return undefined
    const coordination = await this.coordination()
    if (processes !== undefined) return { coordination, startProcesses: processes, endsProcesses: false }
    return { coordination, startProcesses: await this.processes(runId, options), endsProcesses: true }
  }
}

/** Those that a run was started with. */
async function storedOptions(store: Store, id: string): Promise<RunOptions> {
  return (await readManifest(store, id)).options
}

export function settingsOf(settings: RunSettings): RunSettings {
  const { workers, slots, memoryBytes, durability, checkFinite, leaseMs } = settings
  return { workers, slots, memoryBytes, durability, checkFinite, leaseMs }
}
