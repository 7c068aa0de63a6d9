import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { isNumpywrenError } from '../../errors.ts'
import type { EventSink, RunEvent } from '../../events/index.ts'
import { type Called, Calls } from '../calls/index.ts'
import { FunctionWorkersError } from '../errors.ts'
import { type DeployedFunction, PROTOCOL_VERSION, type PullRequest, type ThrottledError } from '../function/index.ts'
import type { ProcessContext, WorkerGroupOptions, WorkerProcesses } from '../provider.ts'
import { coordinatorInRequest } from './coordinator-url.ts'
import { Patience } from './patience.ts'
import { subtreeEvents } from './report-events.ts'
import { ARITY, type Root, rootsOf } from './tree.ts'

/** A function without work costs as much as one with work: it leaves, and is called again a while later. */
const IDLE_MS = 20_000
/** Workers see within seconds that the run is over; those of a run that is not are not waited for longer. */
const END_MS = 10_000

export interface PullWorkersOptions extends Omit<WorkerGroupOptions, 'signal'> {
  /** Calls that one driver keeps open, and one function makes. @default 64 */
  readonly arity?: number | undefined
  /** Factor on the pauses before a worker is called again. @default 1 */
  readonly pauses?: number | undefined
}

/**
 * Workers of a shared run in functions: each is one long invocation that takes tasks from the coordinator itself. Whoever leaves before the
 * run is over, because its time is up or it broke, is called again.
 */
export class PullWorkers implements WorkerProcesses {
  readonly failed: Promise<never>
  readonly #deployed: DeployedFunction
  readonly #calls: Calls
  readonly #context: ProcessContext
  readonly #options: PullWorkersOptions
  readonly #coordinator: string | undefined
  #events: EventSink | undefined
  /** Raised: nothing is called again. */
  readonly #ending = new AbortController()
  /** Raised: what is under way is not waited for. */
  readonly #abandon = new AbortController()
  readonly #running: Promise<unknown>
  /** Roots that are called again when they leave. */
  #kept: number
  #fail!: (error: Error) => void

  /** @throws InputError for a coordinator that functions cannot reach */
  constructor(deployed: DeployedFunction, context: ProcessContext, options: PullWorkersOptions) {
    this.#deployed = deployed
    this.#calls = new Calls(deployed)
    this.#context = context
    this.#options = options
    this.#coordinator = coordinatorInRequest(deployed, context.coordinator)
    this.failed = new Promise((_, reject) => {
      this.#fail = reject
    })
    this.failed.catch(() => undefined)
    const roots = rootsOf(options.workers, options.arity)
    this.#kept = roots.length
    this.#running = Promise.all(roots.map((root) => this.#keep(root).catch((error: unknown) => this.#giveUp(error))))
  }

  report(events: EventSink): void {
    this.#events = events
  }

  async end(isOver: boolean): Promise<void> {
    this.#ending.abort()
    // Whoever does not hear of it works on until its time is up, or the run is over.
    if (!isOver) await this.#context.dismiss().catch(() => undefined)
    const patience = setTimeout(() => {
      this.#abandon.abort(new DOMException('the run does not wait for its workers any more', 'AbortError'))
    }, END_MS)
    await this.#running
    clearTimeout(patience)
  }

  /** Calls for the workers of one root until the run is over. @throws when they cannot be kept alive */
  async #keep(root: Root): Promise<void> {
    const { signal } = this.#ending
    const { sandboxes, perMs } = this.#deployed.facts.limits.ramp
    const patience = new Patience()
    // The platform does not start more at a time.
    await this.#pause(Math.floor(root.before / sandboxes) * perMs)
    while (!signal.aborted) {
      const called = await this.#calls.make(this.#request(root), this.#abandon.signal)
      this.#tell(called)
      const { answer, error, event } = called
      if (event.outcome === 'abandoned') return
      if (event.outcome === 'throttled') {
        await this.#pause(patience.throttled(this.#deployed, error as ThrottledError))
        continue
      }
      if (answer?.kind === 'pull' && answer.why === 'run-over') return
      if (answer?.kind === 'pull' && answer.error === undefined) {
        await this.#pause(patience.left(answer.why, answer.tasks))
        continue
      }
      const problem = answer?.error
      const message = problem?.message ?? error?.message ?? 'it refused the request'
      if (problem?.category === 'input') {
        this.#fail(new FunctionWorkersError(`the function ${this.#deployed.name} cannot work: ${message}`, 'input'))
        return
      }
      const pauseMs = patience.died()
      const restarted = pauseMs !== undefined && !signal.aborted
      this.#emit({ type: 'worker-crashed', process: root.number, at: Date.now(), message, restarted })
      if (pauseMs === undefined) throw new FunctionWorkersError(message, 'fatal', { cause: error })
      await this.#pause(pauseMs)
    }
  }

  /** One root is not called again; when it was the last, there are no workers. */
  #giveUp(error: unknown): void {
    const isInput = isNumpywrenError(error) && error.category === 'input'
    if (--this.#kept > 0 && !isInput) return
    const { name } = this.#deployed
    const message = error instanceof Error ? error.message : String(error)
    const category = isInput ? 'input' : 'fatal'
    this.#fail(
      new FunctionWorkersError(`no worker is left in the function ${name}: ${message}`, category, { cause: error }),
    )
  }

  #tell({ event, answer, shiftMs }: Called<PullRequest>): void {
    this.#emit(event)
    if (answer?.kind !== 'pull') return
    for (const each of subtreeEvents(this.#deployed, answer, event, shiftMs)) this.#emit(each)
  }

  #emit(event: RunEvent): void {
    this.#events?.emit(event)
  }

  async #pause(ms: number): Promise<void> {
    const { pauses = 1 } = this.#options
    if (ms > 0) await sleep(ms * pauses, undefined, { signal: this.#ending.signal }).catch(() => undefined)
  }

  #request({ number, width }: Root): PullRequest {
    const { runId, storeUrl, group } = this.#context
    const { slots, memoryBytes, arity = ARITY } = this.#options
    return {
      version: PROTOCOL_VERSION,
      kind: 'pull',
      store: storeUrl,
      run: runId,
      ...(this.#coordinator === undefined ? {} : { coordinator: this.#coordinator }),
      invocation: randomBytes(8).toString('hex'),
      worker: `${runId}-${this.#deployed.provider}-${number}`,
      group,
      width,
      arity,
      idleMs: IDLE_MS,
      slots,
      memoryBytes: Math.floor(memoryBytes),
    }
  }
}
