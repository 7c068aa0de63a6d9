import { isNumpywrenError } from '../errors.ts'
import type { EventSink } from '../events/index.ts'
import type { KernelRegistry } from '../kernels/index.ts'
import type { CompiledProgram } from '../lambdapack/index.ts'
import type { Provider } from '../providers/index.ts'
import type { Store } from '../storage/index.ts'
import type { RunArrays } from './bindings.ts'
import { Driver } from './driver.ts'
import { InterruptedError, RunFailedError, type RunPlace } from './errors.ts'
import type { Manifest } from './manifest.ts'
import { embeddedRounds } from './rounds.ts'
import { RunEnd } from './run-end.ts'

/** How a run is brought to its end. */
export interface Conduct {
  /** @returns what ended the run otherwise than well; `undefined` when it is done */
  carryOut(): Promise<Error | undefined>
  /** Writes how it ended, when all its events are written. @param eventsStored false when some are lost */
  record(failure: Error | undefined, eventsStored: boolean): Promise<void>
  /** Ends the run: no task starts any more. */
  cancel(): Promise<void>
  close(): Promise<void>
}

/** A run that is ready to be carried out. */
export interface PreparedRun {
  readonly store: Store
  readonly manifest: Manifest
  readonly program: CompiledProgram
  readonly arrays: RunArrays
  readonly kernels: KernelRegistry
  readonly provider: Provider
  readonly priorities: ReadonlyMap<string, number> | undefined
  /** False for a fresh run, whose tasks are all to be done; true: derive from the tiles that exist, verified. */
  readonly resumed: boolean
  /** Raised to stop: the reason tells an interruption from a cancellation. */
  readonly signal: AbortSignal
}

/** A run that this process carries out by itself. */
export function conductAlone(run: PreparedRun, events: EventSink): Conduct {
  const { store, manifest, arrays, signal } = run
  const place: RunPlace = { runId: manifest.id, storeUrl: store.url }
  const driver = new Driver({ ...run, events, rounds: embeddedRounds({ ...run, storeUrl: store.url, events }) })
  const end = new RunEnd({ store, arrays, driver, place })
  return {
    async carryOut() {
      try {
        return await end.settle(await driver.drive())
      } catch (error) {
        return failureOf(error, place, signal)
      }
    },
    record: async (failure, eventsStored) => void (await end.record(failure, eventsStored)),
    cancel: () => driver.cancel(),
    close: () => end.close(),
  }
}

/** What a drive threw, as the error that ends the run. */
export function failureOf(error: unknown, place: RunPlace, signal: AbortSignal): Error {
  if (signal.aborted) return new InterruptedError(place, { cause: error })
  if (isNumpywrenError(error) && error.category === 'input') return error
  return new RunFailedError(place, error)
}
