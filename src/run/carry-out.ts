import type { WorkerProcesses } from '../providers/index.ts'
import { conductAlone, type PreparedRun } from './conduct.ts'
import { Run } from './run.ts'
import { type Coordination, processName, SharedConduct } from './shared/index.ts'

/** How a run is shared with other processes. */
export interface Sharing {
  readonly coordination: Coordination
  /** Starts worker processes of this machine, when the run is there to be joined; they end with it. `undefined`: all workers are elsewhere. */
  readonly startProcesses: (() => WorkerProcesses | undefined) | undefined
  /** Whether the processes end with this run, or live on for the next stage of a procedure. */
  readonly endsProcesses: boolean
}

/** Sets a prepared run going, in this process alone or shared with others. */
export function carryOut(run: PreparedRun, sharing?: Sharing): Run {
  const { store, manifest, provider } = run
  const { id } = manifest
  if (sharing === undefined) return new Run({ id, store, provider, conduct: (events) => conductAlone(run, events) })
  const { coordination, startProcesses, endsProcesses } = sharing
  const name = processName()
  const coordinated = coordination.run({ runId: id, storeUrl: store.url })
  const processes = startProcesses?.()
  return new Run({
    id,
    store,
    provider,
    writer: name,
    conduct: (events, elsewhere) =>
      new SharedConduct({ run: { ...run, coordinated }, name, processes, endsProcesses, events, elsewhere }),
  })
}
