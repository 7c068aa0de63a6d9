import { type Trace, traceOf } from '../events/index.ts'
import {
  type Assumption,
  cholesky,
  type GemmOptions,
  gemm,
  type LinkedSource,
  link,
  type ResidualOptions,
  solve,
  type Verdict,
  verifyCholesky,
  verifyGemm,
  verifySolve,
} from '../linalg/index.ts'
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
  cancelRun,
  type ListedRun,
  listRuns,
  type Run,
  type RunStatus,
  readRunEvents,
  runStatus,
} from '../run/index.ts'
import { Connection } from './connection.ts'
import type { Operation } from './operation.ts'
import type { CallOptions, ConnectOptions, RunSettings } from './options.ts'
import type { Places } from './places.ts'

/** Matrices and runs of one store; made by {@link connect}. Matrices elsewhere are named by their URL. */
export class Numpywren implements AsyncDisposable {
  readonly #connection: Connection

  constructor(options: ConnectOptions) {
    this.#connection = new Connection(options)
  }

  /** URL of the store that keeps the runs. */
  get storeUrl(): string {
    return this.#places.base.url
  }

  /** Opens a matrix by name or URL. @throws {MatrixNotFoundError} */
  open(name: string): Promise<BigMatrix> {
    return this.#connection.matrix(name)
  }

  /** Cuts a .npy, .csv, .mtx or Zarr array into tiles. */
  import(file: string, name: string, options: ImportOptions = {}): Promise<BigMatrix> {
    const { store, path } = this.#places.of(name)
    return importFile(file, store, path, { signal: this.#signal, ...options })
  }

  /** Writes a matrix to a .npy or .csv file. */
  async export(matrix: BigMatrix | string, file: string, options: TransferOptions = {}): Promise<void> {
    await exportFile(await this.#connection.matrix(matrix), file, { signal: this.#signal, ...options })
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
   * A = L L^T. @param A n x n, symmetric positive definite; the lower half is read
   * @param options `out`: name of L. @default the name of A followed by `-L`
   * @throws {TaskError} naming the leading minor that is not positive
   */
  cholesky(A: BigMatrix | string, options: CallOptions & { readonly out?: string } = {}): Operation<{ L: BigMatrix }> {
    return this.#connection.operation(options, async () => {
      const a = await this.#connection.matrix(A)
      return cholesky(a, this.#places.of(options.out ?? `${a.url}-L`))
    })
  }

  /** C = alpha op(A) op(B) + beta C0. @param options `C`: the matrix that is added; `out`: name of the result, `<A>-gemm` unless said */
  gemm(
    A: BigMatrix | string,
    B: BigMatrix | string,
    options: CallOptions & Omit<GemmOptions, 'C'> & { readonly C?: BigMatrix | string; readonly out?: string } = {},
  ): Operation<{ C: BigMatrix }> {
    return this.#connection.operation(options, async () => {
      const a = await this.#connection.matrix(A)
      const C = options.C === undefined ? undefined : await this.#connection.matrix(options.C)
      return gemm(a, await this.#connection.matrix(B), this.#places.of(options.out ?? `${a.url}-gemm`), {
        ...options,
        C,
      })
    })
  }

  /** op(A) X = B for a symmetric positive definite or triangular A. @param options `out`: name of X, `<B>-solution` unless said */
  solve(
    A: BigMatrix | string,
    B: BigMatrix | string,
    options: CallOptions & { readonly assume?: Assumption; readonly transposeA?: boolean; readonly out?: string } = {},
  ): Operation<{ X: BigMatrix }> {
    return this.#connection.operation(options, async () => {
      const b = await this.#connection.matrix(B)
      return await solve(
        await this.#connection.matrix(A),
        b,
        this.#places.of(options.out ?? `${b.url}-solution`),
        options,
      )
    })
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
    return this.#connection.operation(options, async () => {
      const entries = Object.entries(options.bind).map(
        ([name, bound]) => [name, this.#connection.binding(bound)] as const,
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

  /** ||A - L L^T|| in units of rounding errors. */
  async verifyCholesky(A: BigMatrix | string, L: BigMatrix | string, options: ResidualOptions = {}): Promise<Verdict> {
    return verifyCholesky(
      await this.#connection.matrix(A),
      await this.#connection.matrix(L),
      this.#connection.residualOptions(options),
    )
  }

  /** ||C - alpha op(A) op(B) - beta C0|| in units of rounding errors. */
  async verifyGemm(
    A: BigMatrix | string,
    B: BigMatrix | string,
    C: BigMatrix | string,
    options: ResidualOptions & Omit<GemmOptions, 'C'> & { readonly C0?: BigMatrix | string | undefined } = {},
  ): Promise<Verdict> {
    const addend = options.C0 === undefined ? undefined : await this.#connection.matrix(options.C0)
    const [a, b, c] = await Promise.all([
      this.#connection.matrix(A),
      this.#connection.matrix(B),
      this.#connection.matrix(C),
    ])
    return verifyGemm(a, b, c, { ...options, C: addend }, this.#connection.residualOptions(options))
  }

  /** The largest ||b - A x|| over the right-hand sides, in units of rounding errors. */
  async verifySolve(
    A: BigMatrix | string,
    X: BigMatrix | string,
    B: BigMatrix | string,
    options: ResidualOptions & {
      readonly assume?: Assumption | undefined
      readonly transposeA?: boolean | undefined
    } = {},
  ): Promise<Verdict> {
    const [a, x, b] = await Promise.all([
      this.#connection.matrix(A),
      this.#connection.matrix(X),
      this.#connection.matrix(B),
    ])
    return verifySolve(a, x, b, options, this.#connection.residualOptions(options))
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
  resume(id: string, options: RunSettings & { readonly signal?: AbortSignal | undefined } = {}): Promise<Run> {
    return this.#connection.resume(id, options)
  }

  /** Asks whoever drives a run to end it. */
  cancel(id: string): Promise<RunStatus> {
    return cancelRun(this.#places.base, id)
  }

  /** A run in the Trace Event format, which Perfetto and chrome://tracing open. */
  async trace(id: string): Promise<Trace> {
    return traceOf(await readRunEvents(this.#places.base, id))
  }

  /** Closes the stores. */
  async close(): Promise<void> {
    await this.#places.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  get #places(): Places {
    return this.#connection.places
  }

  get #signal(): AbortSignal | undefined {
    return this.#connection.signal
  }
}
