import { hostname } from 'node:os'
import { isNumpywrenError } from '../errors.ts'
import { type EventSink, EventStream, type RunEvent, RunTotals } from '../events/index.ts'
import type { Algorithm, Report, Stages } from '../linalg/index.ts'
import type { BigMatrix } from '../matrix/index.ts'
import { addCosts, totalOf, type Usage } from '../providers/index.ts'
import {
  CancelledError,
  cancelKey,
  dropWork,
  forgetProcedure,
  HEARTBEAT_MS,
  InterruptedError,
  type ProcedureRecord,
  type RunHandle,
  type RunState,
  type RunSummary,
  reportKey,
  stagesOf,
  TaskError,
  workPrefix,
  writeState,
} from '../run/index.ts'
import type { Store } from '../storage/index.ts'
import { repeat } from '../util/index.ts'

const CANCEL_POLL_MS = 500

export interface ProcedureParts {
  readonly id: string
  readonly record: ProcedureRecord
  readonly store: Store
  /** The algorithm, given the stages it may run. */
  readonly carryOut: (stages: Stages) => Promise<Report>
  /** Interrupts it. */
  readonly signal: AbortSignal | undefined
  /** Starts or continues the run of a stage. */
  readonly startStage: (stageId: string, algorithm: Algorithm) => Promise<RunHandle>
  /** Lets go of what the stages have shared. @param events told of how that ended @returns what is paid for it, by what was told */
  readonly end: (events: EventSink) => Promise<(usage: Usage) => RunSummary['costs']>
  /** The matrices of a stage that is done. */
  readonly resultsOf: (stageId: string, algorithm: Algorithm) => Promise<Readonly<Record<string, BigMatrix>>>
}

/**
 * A procedure under way: its stages one after the other, each a run of its own (`ID.stage`). Carried out again after whatever
 * ended it, it finds the stages that are done and continues with the one that is not.
 */
export class ProcedureRun implements RunHandle {
  readonly id: string
  readonly storeUrl: string
  readonly #parts: ProcedureParts
  readonly #stream = new EventStream()
  readonly #totals = new RunTotals()
  readonly #startedAt = Date.now()
  readonly #ending: Promise<RunSummary>
  #report: Report | undefined
  #stage: RunHandle | undefined
  #isCancelled = false
  #costs: RunSummary['costs'] = []
  #emulatedBy: string | undefined
  #lettingGo: Promise<void> | undefined
  readonly #tasks = { done: 0, total: 0 }

  constructor(parts: ProcedureParts) {
    this.id = parts.id
    this.storeUrl = parts.store.url
    this.#parts = parts
    this.#ending = this.#carryOut()
    // Whoever waits gets the error; nobody waiting is no reason to end the process.
    this.#ending.catch(() => undefined)
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent, undefined> {
    return this.#stream[Symbol.asyncIterator]()
  }

  wait(): Promise<RunSummary> {
    return this.#ending
  }

  async cancel(): Promise<void> {
    this.#isCancelled = true
    await this.#stage?.cancel()
    await this.#ending.catch(() => undefined)
  }

  get record(): ProcedureRecord {
    return this.#parts.record
  }

  /** What the algorithm reported; when it is done. */
  get report(): Report | undefined {
    return this.#report
  }

  async #carryOut(): Promise<RunSummary> {
    const { store, carryOut } = this.#parts
    const watch = new AbortController()
    const watching = [this.#heartbeat(watch.signal), this.#watchForCancel(watch.signal)]
    try {
      this.#report = await carryOut({
        run: (name, algorithm) => this.#runStage(name, algorithm),
        work: (name) => ({ store, path: `${workPrefix(this.id)}${name}` }),
      })
      await store.put(reportKey(this.id), new TextEncoder().encode(JSON.stringify(this.#report)))
      await dropWork(store, this.id)
      await this.#end(watch, watching, this.#state('done'))
      // Workers that see by the state that nothing is left to do leave by themselves.
      await this.#letGo()
      const stand = this.#emulatedBy === undefined ? {} : { emulatedBy: this.#emulatedBy }
      const costs = this.#costs
      return { ...this.#totals.statistics(), runId: this.id, estimatedMoney: totalOf(costs), costs, ...stand }
    } catch (error) {
      const failure = this.#named(error)
      await this.#fail(watch, watching, failure).catch(() => undefined)
      throw failure
    } finally {
      watch.abort()
      await this.#letGo()
      this.#stream.close()
    }
  }

  /** Workers that served all stages end; what they took is nobody's but the whole's. */
  #letGo(): Promise<void> {
    this.#lettingGo ??= this.#endShared()
    return this.#lettingGo
  }

  async #endShared(): Promise<void> {
    const late = new RunTotals()
    const costsOf = await this.#parts.end({
      emit: (event) => {
        late.add(event)
        this.#totals.add(event)
        this.#stream.emit(event)
      },
    })
    this.#costs = addCosts(this.#costs, costsOf(late.statistics()))
  }

  /** Leaves what can be gone on from: nothing after a refusal before the first stage, no matrices where the numbers or the input are wrong. */
  async #fail(watch: AbortController, watching: readonly Promise<void>[], failure: Error): Promise<void> {
    const { store } = this.#parts
    const category = isNumpywrenError(failure) ? failure.category : 'fatal'
    if (category === 'input' && (await stagesOf(store, this.id)).length === 0) {
      watch.abort()
      await Promise.all(watching)
      await forgetProcedure(store, this.id)
      return
    }
    if (category === 'input' || category === 'numerical') await dropWork(store, this.id)
    await this.#end(watch, watching, this.#state(stateAfter(failure), failure.message))
  }

  async #end(watch: AbortController, watching: readonly Promise<void>[], state: RunState): Promise<void> {
    watch.abort()
    await Promise.all(watching)
    await writeState(this.#parts.store, this.id, state)
  }

  async #runStage(name: string, algorithm: Algorithm): Promise<Readonly<Record<string, BigMatrix>>> {
    if (this.#isCancelled) throw new CancelledError(this.#place)
    const stageId = `${this.id}.${name}`
    const stage = await this.#parts.startStage(stageId, algorithm)
    this.#stage = stage
    for await (const event of stage) {
      this.#totals.add(event)
      if (event.type === 'run-started') this.#tasks.total += event.totalTasks
      if (event.type === 'task' && event.counted) this.#tasks.done++
      this.#stream.emit(event)
    }
    const { costs, emulatedBy } = await stage.wait()
    this.#costs = addCosts(this.#costs, costs)
    this.#emulatedBy = emulatedBy
    return this.#parts.resultsOf(stageId, algorithm)
  }

  /** The error with the procedure's name where a stage's stands: that is what can be resumed. */
  #named(error: unknown): Error {
    if (error instanceof InterruptedError || this.#parts.signal?.aborted)
      return new InterruptedError(this.#place, { cause: error })
    if (error instanceof CancelledError) return new CancelledError(this.#place)
    if (error instanceof TaskError) return new TaskError(this.#place, error)
    return error instanceof Error ? error : new Error(String(error))
  }

  get #place() {
    return { runId: this.id, storeUrl: this.storeUrl }
  }

  #state(state: RunState['state'], message?: string): RunState {
    return {
      state,
      ...(message === undefined ? {} : { message }),
      startedAt: this.#startedAt,
      heartbeatAt: Date.now(),
      pid: process.pid,
      host: hostname(),
      tasksDone: this.#tasks.done,
      tasksTotal: this.#tasks.total,
    }
  }

  #heartbeat(signal: AbortSignal): Promise<void> {
    return repeat(HEARTBEAT_MS, signal, () => writeState(this.#parts.store, this.id, this.#state('running')))
  }

  #watchForCancel(signal: AbortSignal): Promise<void> {
    return repeat(CANCEL_POLL_MS, signal, async () => {
      if ((await this.#parts.store.stat(cancelKey(this.id))) === undefined) return
      this.#isCancelled = true
      await this.#stage?.cancel()
    })
  }
}

function stateAfter(failure: Error): RunState['state'] {
  if (isNumpywrenError(failure, 'CancelledError')) return 'cancelled'
  return isNumpywrenError(failure, 'InterruptedError') ? 'interrupted' : 'failed'
}
