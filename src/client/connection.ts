import { kernelRegistry } from '../kernels/index.ts'
import type { Algorithm, ResidualOptions } from '../linalg/index.ts'
import { BigMatrix } from '../matrix/index.ts'
import { localProvider } from '../providers/index.ts'
import { type AlgorithmNote, type Binding, type Run, resultsPrefix, resumeRun, startRun } from '../run/index.ts'
import { type CallOptions, type ConnectOptions, compileSettings, type RunSettings } from './options.ts'
import { type Place, Places } from './places.ts'

/** What every call of a connection shares: its places and settings, and how a run of it is started. */
export class Connection {
  readonly places: Places
  readonly signal: AbortSignal | undefined
  readonly settings: RunSettings

  /** @throws InputError for a setting out of range */
  constructor(options: ConnectOptions) {
    const { store = process.env.NUMPYWREN_STORE ?? '.', signal } = options
    this.places = new Places(store)
    this.settings = settingsOf(options)
    this.signal = signal
    compileSettings(this.settings)
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
    const { slots, memoryBytes } = compileSettings(this.settings, options)
    return { slots, memoryBytes: Math.floor(memoryBytes / 2), signal: options.signal ?? this.signal }
  }

  /** Starts the run of one program. */
  start(id: string, algorithm: Algorithm, call: CallOptions, note: AlgorithmNote): Promise<Run> {
    return startRun({
      store: this.places.base,
      id,
      program: algorithm.program,
      args: algorithm.args,
      bindings: algorithm.bindings,
      overwrite: call.overwrite ?? false,
      options: compileSettings(this.settings, settingsOf(call)),
      provider: localProvider(),
      kernels: kernelRegistry,
      algorithm: note,
      signal: call.signal ?? this.signal,
    })
  }

  /** Continues the run of one program. */
  resume(id: string, call: CallOptions): Promise<Run> {
    const given = Object.fromEntries(Object.entries(settingsOf(call)).filter(([, value]) => value !== undefined))
    compileSettings(given)
    return resumeRun({
      store: this.places.base,
      id,
      options: given,
      provider: localProvider(),
      kernels: kernelRegistry,
      signal: call.signal ?? this.signal,
    })
  }
}

export function settingsOf({ workers, slots, memoryBytes, durability, checkFinite }: RunSettings): RunSettings {
  return { workers, slots, memoryBytes, durability, checkFinite }
}
