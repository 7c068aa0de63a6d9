import type { EventSink } from '../../events/index.ts'
import type { RunArrays } from '../bindings.ts'
import { Driver } from '../driver.ts'
import { CancelledError, InterruptedError, type RunPlace } from '../errors.ts'
import { RunEnd } from '../run-end.ts'
import { writeState } from '../state.ts'
import { dropPlans } from './plans.ts'
import { briefly, type HeldRole } from './role.ts'
import { type SharedRun, sharedRounds } from './rounds.ts'

export interface LeadOptions {
  readonly arrays: RunArrays
  readonly role: HeldRole
  /** False for a run that was started a moment ago. */
  readonly resumed: boolean
  /** See {@link sharedRounds}. */
  readonly adopted: 'running' | 'any'
  readonly events: EventSink
  readonly signal: AbortSignal
}

/** The time for which one process drives a shared run: it plans, deals with what is lost, and completes the outputs. */
export class Lead {
  readonly #run: SharedRun
  readonly #options: LeadOptions
  readonly #place: RunPlace
  readonly #driver: Driver
  readonly #end: RunEnd

  constructor(run: SharedRun, options: LeadOptions) {
    const { store, manifest } = run
    const { arrays, role, adopted } = options
    this.#run = run
    this.#options = options
    this.#place = { runId: manifest.id, storeUrl: store.url }
    const signal = AbortSignal.any([options.signal, role.signal])
    this.#driver = new Driver({ ...run, ...options, rounds: sharedRounds(run, adopted), signal })
    this.#end = new RunEnd({ store, arrays, driver: this.#driver, place: this.#place })
  }

  /**
   * @returns what ended the run otherwise than well
   * @throws RoleLostError when another process drives it now; the signal's reason; what kept it from driving
   */
  async carryOut(): Promise<Error | undefined> {
    const { role, signal } = this.#options
    try {
      const outcome = await this.#driver.drive()
      role.signal.throwIfAborted()
      return await this.#end.settle(outcome)
    } catch (error) {
      if (role.signal.aborted && !signal.aborted) throw role.signal.reason
      throw error
    }
  }

  cancel(): Promise<void> {
    return this.#driver.cancel()
  }

  /**
   * Lets workers leave that nobody here can ask to: all that is left is to record how the run ended. Those who do not hear of it leave
   * when that is recorded.
   */
  async dismiss(): Promise<void> {
    const { store, manifest } = this.#run
    if (this.#options.role.signal.aborted) return
    const state = await this.#driver.state('running')
    await writeState(store, manifest.id, { ...state, settled: true }).catch(() => undefined)
  }

  /**
   * Writes how the run ended and gives the role up. An interrupted run stays open: whoever is still at work goes on.
   * @returns false when the store does not take it; where another process drives the run now, the word is with that one
   */
  async record(failure: Error | undefined, eventsStored: boolean): Promise<boolean> {
    const { store, coordinated } = this.#run
    const { role } = this.#options
    try {
      if (role.signal.aborted) return true
      const isRecorded = await this.#end.record(failure, eventsStored)
      if (failure instanceof InterruptedError) return isRecorded
      await briefly(coordinated.unlist())
      // Plans that stay cost space and nothing else.
      if (isRecorded && (failure === undefined || failure instanceof CancelledError))
        await dropPlans(store, this.#place.runId).catch(() => undefined)
      return isRecorded
    } finally {
      await role.leave()
    }
  }
}
