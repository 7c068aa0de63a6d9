import type { Store } from '../storage/index.ts'
import type { RunArrays } from './bindings.ts'
import type { DriveOutcome, Driver } from './driver.ts'
import { CancelledError, InterruptedError, type RunPlace, TaskError } from './errors.ts'
import { cancelKey } from './keys.ts'
import { discardOutputs, finishOutputs } from './outputs.ts'
import { readState, writeState } from './state.ts'

/** The state in which a failure leaves its run. */
export function endStateOf(failure: Error): 'failed' | 'cancelled' | 'interrupted' {
  if (failure instanceof CancelledError) return 'cancelled'
  return failure instanceof InterruptedError ? 'interrupted' : 'failed'
}

/** What is done with the arrays and the records of a run when it ends. */
export class RunEnd {
  readonly place: RunPlace
  readonly #store: Store
  readonly #arrays: RunArrays
  readonly #driver: Driver

  constructor(parts: {
    readonly store: Store
    readonly arrays: RunArrays
    readonly driver: Driver
    readonly place: RunPlace
  }) {
    this.place = parts.place
    this.#store = parts.store
    this.#arrays = parts.arrays
    this.#driver = parts.driver
  }

  /** Completes the outputs, or removes them when going on cannot help. @returns the failure, if it is one */
  async settle(outcome: DriveOutcome): Promise<Error | undefined> {
    const { runId } = this.place
    switch (outcome.state) {
      case 'done':
        await finishOutputs(this.#store, this.#arrays, runId)
        return undefined
      case 'cancelled':
        return new CancelledError(this.place)
      case 'failed': {
        if (await this.#isDoneElsewhere()) return undefined
        const { category } = outcome.failure
        if (category === 'numerical' || category === 'input') await discardOutputs(this.#store, this.#arrays, runId)
        return new TaskError(this.place, outcome)
      }
    }
  }

  /**
   * Writes the state.
   * @param eventsStored false when some events of the run are lost
   * @returns false when the store does not take how the run failed, which nobody will know then but who is told the failure
   */
  async record(failure: Error | undefined, eventsStored: boolean): Promise<boolean> {
    const { runId } = this.place
    if (failure === undefined) {
      await this.#store.delete(cancelKey(runId))
      const message = eventsStored ? undefined : 'the outputs are complete, but not all events could be stored'
      await writeState(this.#store, runId, await this.#driver.state('done', message))
      return true
    }
    try {
      // What another driver has completed stays done.
      if ((await readState(this.#store, runId))?.state === 'done') return true
      await writeState(this.#store, runId, await this.#driver.state(endStateOf(failure), failure.message))
      return true
    } catch {
      // The store that does not take the state is most likely what failed the run: of the two, that is to be told.
      return false
    }
  }

  /** True when another driver has completed the same run, and cleaned up what this one still read. */
  async #isDoneElsewhere(): Promise<boolean> {
    try {
      const state = await readState(this.#store, this.place.runId)
      return state?.state === 'done' && (await this.#driver.isComplete())
    } catch {
      // Whatever keeps us from looking, the failure at hand is the one to report.
      return false
    }
  }

  async close(): Promise<void> {
    await this.#arrays.close()
  }
}
