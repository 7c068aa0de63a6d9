import type { Report } from '../linalg/index.ts'
import type { RunHandle, RunSummary } from '../run/index.ts'
import type { Finished } from './finish.ts'

/** What an operation's result carries besides its matrices. */
export interface WithSummary {
  /** What the run took: wall time, core-seconds, tasks, bytes, requests, money. */
  readonly summary: RunSummary
  /** What the algorithm has to say: numbers by name, and warnings. */
  readonly report: Report
  /** Files that were written, by the result they hold. */
  readonly files: Readonly<Record<string, string>>
}

/**
 * An algorithm that is about to run. Awaiting it starts the run, waits for its end and gives the result; `start()` gives the
 * {@link RunHandle} with its events instead, and the result by `result()`. It is started once, however often it is awaited.
 */
export class Operation<T extends object> implements PromiseLike<T & WithSummary> {
  readonly #begin: () => Promise<RunHandle>
  readonly #finish: (run: RunHandle) => Promise<Finished>
  #run: Promise<RunHandle> | undefined
  #result: Promise<T & WithSummary> | undefined

  constructor(begin: () => Promise<RunHandle>, finish: (run: RunHandle) => Promise<Finished>) {
    this.#begin = begin
    this.#finish = finish
  }

  /** Starts the run, if that has not happened. */
  start(): Promise<RunHandle> {
    this.#run ??= this.#begin()
    return this.#run
  }

  /** The outputs, when the run has ended well. */
  result(): Promise<T & WithSummary> {
    this.#result ??= this.start().then(async (run) => {
      const summary = await run.wait()
      const { matrices, report, files } = await this.#finish(run)
      return { ...(matrices as T), summary, report, files }
    })
    return this.#result
  }

  // biome-ignore lint/suspicious/noThenProperty: awaiting an operation is how it is meant to be used
  then<A = T & WithSummary, B = never>(
    onFulfilled?: ((value: T & WithSummary) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.result().then(onFulfilled, onRejected)
  }
}
