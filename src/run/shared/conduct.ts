import { setTimeout as sleep } from 'node:timers/promises'
import { isNumpywrenError } from '../../errors.ts'
import type { EventSink } from '../../events/index.ts'
import type { WorkerProcesses } from '../../providers/index.ts'
import type { Conduct, PreparedRun } from '../conduct.ts'
import { failureOf } from '../conduct.ts'
import { CancelledError, type RunPlace } from '../errors.ts'
import { cancelKey } from '../keys.ts'
import { type RunState, readState } from '../state.ts'
import { ElsewhereFailedError } from './errors.ts'
import { EventTail } from './event-tail.ts'
import { Lead } from './lead.ts'
import { HeldRole } from './role.ts'
import type { SharedRun } from './rounds.ts'

/** Who does not drive the run asks this often whether it has ended or wants a driver. */
const FOLLOW_MS = 1000
/** Workers elsewhere write down what they did within this time; what a killed one did is not waited for longer. */
const LAST_EVENTS_MS = 3000

export interface SharedConductOptions {
  readonly run: PreparedRun & SharedRun
  /** Names this process among those that share the run. */
  readonly name: string
  /** Worker processes that this one has started; `undefined` when all are elsewhere. */
  readonly processes: WorkerProcesses | undefined
  /** Whether they end with this run; else with whoever started them, or when the run is interrupted. */
  readonly endsProcesses: boolean
  /** For what happens here. */
  readonly events: EventSink
  /** For what other processes have written down. */
  readonly elsewhere: EventSink
}

/**
 * A run that this process shares with workers anywhere. It drives the run when nobody does; otherwise it follows until the run
 * ends or its driver is gone.
 */
export class SharedConduct implements Conduct {
  readonly #options: SharedConductOptions
  readonly #place: RunPlace
  readonly #tail: EventTail
  /** Raised when the run is interrupted here, or no worker process can be kept alive. */
  readonly #stop: AbortSignal
  #lead: Lead | undefined
  #isCancelled = false
  /** Of the present round: tasks to do, and completions that were heard of. */
  readonly #heard = { tasks: 0, done: 0 }

  constructor(options: SharedConductOptions) {
    const { run, name, processes, events } = options
    const { store, manifest } = run
    this.#options = options
    this.#place = { runId: manifest.id, storeUrl: store.url }
    this.#tail = new EventTail({ store, runId: manifest.id, writer: name, events: this.#counting(options.elsewhere) })
    const broken = new AbortController()
    processes?.failed.catch((error: unknown) => broken.abort(error))
    processes?.report(events)
    this.#stop = AbortSignal.any([run.signal, broken.signal])
  }

  async carryOut(): Promise<Error | undefined> {
    const { run } = this.#options
    const { signal } = run
    let failure: Error | undefined
    try {
      await this.#tail.start()
      failure = await this.#drive()
    } catch (error) {
      failure = failureOf(this.#stop.aborted && !signal.aborted ? this.#stop.reason : error, this.#place, signal)
    }
    await this.#endProcesses(failure)
    await this.#hearTheLast(failure)
    return failure
  }

  async record(failure: Error | undefined, eventsStored: boolean): Promise<void> {
    await this.#lead?.record(failure, eventsStored)
  }

  async cancel(): Promise<void> {
    this.#isCancelled = true
    const { store, manifest } = this.#options.run
    if (this.#lead !== undefined) await this.#lead.cancel()
    else await store.put(cancelKey(manifest.id), new TextEncoder().encode('cancel\n'))
  }

  async close(): Promise<void> {
    await this.#tail.stop()
    await this.#options.run.arrays.close()
  }

  /** Drives the run, whenever the role is free, until it has ended. */
  async #drive(): Promise<Error | undefined> {
    const { run, events, name } = this.#options
    for (let turn = 0; ; turn++) {
      const { role, ended } = await this.#roleOrEnd(run.coordinated.role(name), turn)
      if (ended !== undefined) return this.#endOf(ended)
      if (role === undefined) throw this.#stop.reason
      const isFirst = turn === 0
      const resumed = run.resumed || !isFirst
      this.#lead = new Lead(run, {
        arrays: run.arrays,
        role,
        resumed,
        adopted: isFirst ? 'running' : 'any',
        events: this.#counting(events),
        signal: this.#stop,
      })
      if (this.#isCancelled) await this.#lead.cancel()
      try {
        return await this.#lead.carryOut()
      } catch (error) {
        if (!isNumpywrenError(error, 'RoleLostError')) throw error
        this.#lead = undefined
        await role.leave()
      }
    }
  }

  #counting(events: EventSink): EventSink {
    return {
      emit: (event) => {
        if (event.type === 'task' && event.counted) this.#heard.done++
        if (event.type === 'run-started') Object.assign(this.#heard, { tasks: event.tasks, done: 0 })
        events.emit(event)
      },
    }
  }

  /** Waits until nobody drives the run, or it has ended under another driver. */
  async #roleOrEnd(
    free: ReturnType<SharedRun['coordinated']['role']>,
    turn: number,
  ): Promise<{ readonly role?: HeldRole; readonly ended?: RunState }> {
    const { store, manifest } = this.#options.run
    const before = JSON.stringify(await readState(store, manifest.id))
    for (let asked = 0; ; asked++) {
      this.#stop.throwIfAborted()
      const role = await HeldRole.take(free)
      if (role !== undefined) {
        const state = await readState(store, manifest.id)
        const hasEnded = state !== undefined && ['done', 'failed', 'cancelled'].includes(state.state)
        const isNews = turn > 0 || (asked > 0 && JSON.stringify(state) !== before)
        if (!hasEnded || !isNews) return { role }
        await role.leave()
        return { ended: state }
      }
      await sleep(FOLLOW_MS, undefined, { signal: this.#stop })
    }
  }

  #endOf({ state, message }: RunState): Error | undefined {
    if (state === 'done') return undefined
    if (state === 'cancelled') return new CancelledError(this.#place)
    return new ElsewhereFailedError(this.#place, message)
  }

  async #endProcesses(failure: Error | undefined): Promise<void> {
    const { processes, endsProcesses, run } = this.#options
    const isInterrupted = isNumpywrenError(failure, 'InterruptedError')
    if (processes === undefined || !(endsProcesses || isInterrupted)) return
    // No signal reaches functions; they look for the end of the run.
    if (run.provider.isRemote && !isInterrupted) await this.#lead?.dismiss()
    await processes.end(!isInterrupted)
  }

  /** What workers did last may still be on its way. */
  async #hearTheLast(failure: Error | undefined): Promise<void> {
    const until = performance.now() + LAST_EVENTS_MS
    do await this.#tail.read()
    while (
      failure === undefined &&
      this.#heard.done < this.#heard.tasks &&
      performance.now() < until &&
      (await sleep(100, true))
    )
  }
}
