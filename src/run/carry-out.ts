import { conductAlone, type PreparedRun } from './conduct.ts'
import { Run } from './run.ts'

/** Sets a prepared run going. */
export function carryOut(run: PreparedRun): Run {
  const { store, manifest, provider } = run
  return new Run({ id: manifest.id, store, provider, conduct: (events) => conductAlone(run, events) })
}
