import { type Trace, traceOf } from '../events/index.ts'
import { type LinkedSource, link, type ResidualOptions, type Verdict } from '../linalg/index.ts'
import {
  type BigMatrix,
  exportFile,
  type GenerateOptions,
  generate,
  type ImportOptions,
  importFile,
  type KindName,
  type ListedArray,
  listArrays,
  removeArray,
  type TransferOptions,
} from '../matrix/index.ts'
import {
  type Binding,
  type Collected,
  type CollectOptions,
  cancelRun,
  collectGarbage,
  type ListedRun,
  listRuns,
  type RunStatus,
  readRunEvents,
  runStatus,
  type Served,
} from '../run/index.ts'
import type { Store } from '../storage/index.ts'
import { Algorithms, type Operand } from './algorithms.ts'
import { Connection } from './connection.ts'
import { judge } from './judge.ts'
import type { Operation } from './operation.ts'
import { carryOnProcedure, programOperation, resumption } from './operations.ts'
import type { CallOptions, ConnectOptions, WorkOptions } from './options.ts'
import type { Places } from './places.ts'

/** Matrices and runs of one store; made by {@link connect}. Matrices elsewhere are named by their URL. */
export class Numpywren extends Algorithms implements AsyncDisposable {
  protected readonly connection: Connection

  constructor(options: ConnectOptions) {
    super()
    this.connection = new Connection(options)
  }

  /** URL of the store that keeps the runs. */
  get storeUrl(): string {
    return this.#places.base.url
  }

  /** Opens a matrix by name or URL. @throws {MatrixNotFoundError} */
  open(name: string): Promise<BigMatrix> {
    return this.connection.matrix(name)
  }

  /** Cuts a .npy, .csv, .mtx or Zarr array into tiles. */
  import(file: string, name: string, options: ImportOptions = {}): Promise<BigMatrix> {
    const { store, path } = this.#places.of(name)
    return importFile(file, store, path, { signal: this.#signal, ...options })
  }

  /** Writes a matrix to a .npy or .csv file. */
  async export(matrix: BigMatrix | string, file: string, options: TransferOptions = {}): Promise<void> {
    await exportFile(await this.connection.matrix(matrix), file, { signal: this.#signal, ...options })
  }

  /** Makes a test matrix. */
  generate(kind: KindName, name: string, options: GenerateOptions): Promise<BigMatrix> {
    const { store, path } = this.#places.of(name)
    return generate(kind, store, path, { signal: this.#signal, ...options })
  }

  /** The matrices of the store. */
  list(): Promise<ListedArray[]> {
    return listArrays(this.#places.base, '', { signal: this.#signal })
  }

  /** Removes a matrix with all its tiles. @throws {MatrixNotFoundError} */
  async remove(name: string): Promise<void> {
    const { store, path } = this.#places.of(name)
    await removeArray(store, path, { signal: this.#signal })
  }

  /**
   * Runs any LAmbdaPACK program; matrices are bound by parameter, inputs to matrices that exist, outputs to names of new ones.
   * @throws {ProgramError} with every fault of the program
   */
  run(
    program: string | LinkedSource,
    options: CallOptions & {
      readonly bind: Readonly<Record<string, string | BigMatrix | Binding>>
      readonly args?: Readonly<Record<string, number>>
    },
  ): Operation<Record<string, BigMatrix>> {
    const source = typeof program === 'string' ? link({ name: '<program>', text: program }) : program
    return programOperation(this.connection, options, async () => {
      const entries = Object.entries(options.bind).map(
        ([name, bound]) => [name, this.connection.binding(bound)] as const,
      )
      return {
        name: source.entry ?? 'run',
        program: { text: source.text, name: source.entry, origin: source.name, trusted: source.trusted },
        args: options.args ?? {},
        bindings: Object.fromEntries(entries),
        parameters: {},
        results: Object.fromEntries(entries.map(([name]) => [name, name])),
      }
    })
  }

  /**
   * How good a result is, in units of rounding errors: `npw.verify('qr', { A: 'A', Q: 'Q', R: 'R' })`.
   * @param matrices operands and results by the names that the algorithm has for them
   * @param options as they were given to the algorithm
   * @throws {InputError} for matrices that are missing or do not fit
   */
  async verify(
    algorithm: string,
    matrices: Readonly<Record<string, Operand | undefined>>,
    options: ResidualOptions & Readonly<Record<string, unknown>> = {},
  ): Promise<Verdict> {
    return judge(this.connection, algorithm, matrices, options)
  }

  /** The runs that the store keeps. */
  runs(): Promise<ListedRun[]> {
    return listRuns(this.#places.base)
  }

  /** @throws {RunNotFoundError} */
  status(id: string): Promise<RunStatus> {
    return runStatus(this.#places.base, id)
  }

  /** Continues a run, whatever ended it; computes what is missing or damaged and nothing else. */
  resume(id: string, options: CallOptions = {}): Operation<Readonly<Record<string, BigMatrix>>> {
    return resumption(this.connection, id, options)
  }

  /** Asks whoever drives a run to end it. */
  cancel(id: string): Promise<RunStatus> {
    return cancelRun(this.#places.base, id)
  }

  /**
   * Removes what dead runs left in the store: intermediates, unfinished outputs, temporary files. Matrices that are complete and runs
   * at work are never touched; a run that could be resumed keeps its data for 7 days after its last sign of life.
   * @returns what was removed, and what was kept and why
   */
  gc(options: Omit<CollectOptions, 'storeAt'> = {}): Promise<Collected> {
    const storeAt = (url: string): Store => this.#places.store(url)
    return collectGarbage(this.#places.base, { signal: this.#signal, ...options, storeAt })
  }

  /** A run in the Trace Event format, which Perfetto and chrome://tracing open. */
  async trace(id: string): Promise<Trace> {
    return traceOf(await readRunEvents(this.#places.base, id))
  }

  /**
   * Works in this process on open runs of the store, as one worker among many, until nothing is left to do for `idleMs`, the deadline
   * comes, the signal is raised, or the one run that it serves is over.
   * @throws {InputError} without a coordinator that others reach, or for a run that is kept elsewhere
   */
  async work(options: WorkOptions = {}): Promise<Served> {
    const { slots, memoryBytes } = this.connection.compileHere({ ...options, workers: 1 })
    const { idleMs = 60_000, signal = this.#signal ?? new AbortController().signal } = options
    const { runId, deadlineMs, onJoined, onLeft, onRefused } = options
    const carryOn = (id: string, stop: AbortSignal): Promise<void> => carryOnProcedure(this.connection, id, stop)
    const how = { runId, slots, memoryBytes, idleMs, deadlineMs, signal, carryOn, onJoined, onLeft, onRefused }
    return this.connection.serve(how)
  }

  /** Closes the stores and the connection to a coordinator. */
  async close(): Promise<void> {
    await this.connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  get #places(): Places {
    return this.connection.places
  }

  get #signal(): AbortSignal | undefined {
    return this.connection.signal
  }
}
