import { kernelRegistry } from '../kernels/index.ts'
import type { Algorithm, ResidualOptions } from '../linalg/index.ts'
import { BigMatrix } from '../matrix/index.ts'
import { localProvider } from '../providers/index.ts'
import { type Binding, type Run, type RunSummary, readManifest, resumeRun, startRun } from '../run/index.ts'
import { Operation } from './operation.ts'
import { type CallOptions, type ConnectOptions, compileSettings, type RunSettings } from './options.ts'
import { Places } from './places.ts'

/** What every call of a connection shares: its places and settings, and how a run of it is started. */
export class Connection {
  readonly places: Places
  readonly signal: AbortSignal | undefined
  readonly #settings: RunSettings

  /** @throws InputError for a setting out of range */
  constructor(options: ConnectOptions) {
    const { store = process.env.NUMPYWREN_STORE ?? '.', signal } = options
    this.places = new Places(store)
    this.#settings = settingsOf(options)
    this.signal = signal
    compileSettings(this.#settings)
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

  /** How a residual is computed: with the slots of a run and half of its memory. */
  residualOptions(options: ResidualOptions): ResidualOptions {
    const { slots, memoryBytes } = compileSettings(this.#settings, options)
    return { slots, memoryBytes: Math.floor(memoryBytes / 2), signal: options.signal ?? this.signal }
  }

  /** An algorithm that is about to run, with its outputs as matrices for the result. */
  operation<T extends object>(call: CallOptions, prepare: () => Promise<Algorithm>): Operation<T> {
    let results: Algorithm['results'] = {}
    const begin = async (): Promise<Run> => {
      const options = compileSettings(this.#settings, settingsOf(call))
      const algorithm = await prepare()
      results = algorithm.results
      return startRun({
        store: this.places.base,
        id: call.runId,
        program: algorithm.program,
        args: algorithm.args,
        bindings: algorithm.bindings,
        overwrite: call.overwrite ?? false,
        options,
        provider: localProvider(),
        kernels: kernelRegistry,
        algorithm: { name: algorithm.name, parameters: algorithm.parameters },
        signal: call.signal ?? this.signal,
      })
    }
    const finish = async ({ runId }: RunSummary): Promise<T> => {
      const { matrices, aliases } = await readManifest(this.places.base, runId)
      const opened: Record<string, BigMatrix> = {}
      for (const [name, parameter] of Object.entries(results)) {
        const written = matrices[aliases[parameter] ?? parameter]
        if (written?.role !== 'output') continue
        opened[name] = await BigMatrix.open(this.places.store(written.store), written.path)
      }
      return opened as T
    }
    return new Operation<T>(begin, finish)
  }

  /** Continues a run of the store. */
  resume(id: string, options: RunSettings & { readonly signal?: AbortSignal | undefined }): Promise<Run> {
    const { signal = this.signal, ...settings } = options
    const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
    compileSettings(given)
    return resumeRun({
      store: this.places.base,
      id,
      options: given,
      provider: localProvider(),
      kernels: kernelRegistry,
      signal,
    })
  }
}

function settingsOf({ workers, slots, memoryBytes, durability, checkFinite }: RunSettings): RunSettings {
  return { workers, slots, memoryBytes, durability, checkFinite }
}
