import { isNumpywrenError } from '../errors.ts'
import { endOf, type RunEvent } from '../events/index.ts'
import { objectUrl, type Store } from '../storage/index.ts'
import { cancelKey, eventsPrefix, RUNS_PREFIX } from './keys.ts'
import { type AlgorithmNote, type Manifest, type RunOptions, readManifest } from './manifest.ts'
import { type ProcedureRecord, readProcedure } from './procedure.ts'
import { readEvents, type Segment } from './read-events.ts'
import { type RunState, readState, type ShownState, shownState, writeState } from './state.ts'

/** What a run is, whether one program or a procedure of several. */
export interface RunDescription {
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** Of the program; of a procedure, the algorithm. */
  readonly program: string
  readonly args: Readonly<Record<string, unknown>>
  readonly options: RunOptions
  readonly algorithm?: AlgorithmNote
  /** URL of each output. */
  readonly outputs: Readonly<Record<string, string>>
}

/** A run as it stands in its store. */
export interface RunStatus {
  readonly id: string
  readonly state: ShownState
  readonly description: RunDescription
  /** What its driver last said; `undefined` when it ended before saying anything. */
  readonly last: RunState | undefined
}

/** A line of the list of runs: `problem` for one whose records cannot be read. */
export type ListedRun = RunStatus | { readonly id: string; readonly problem: string }

/** @throws RunNotFoundError, ManifestError */
export async function runStatus(store: Store, id: string): Promise<RunStatus> {
  const procedure = await readProcedure(store, id)
  const description = procedure ? describeProcedure(procedure) : describeRun(await readManifest(store, id))
  const last = await readState(store, id)
  return { id, state: shownState(last), description, last }
}

function describeRun({ createdAt, program, args, options, algorithm, matrices }: Manifest): RunDescription {
  const outputs = Object.entries(matrices).flatMap(([name, matrix]) =>
    matrix.role === 'output' ? [[name, objectUrl(matrix.store, matrix.path)] as const] : [],
  )
  const shared = { createdAt, program: program.name, args, options, outputs: Object.fromEntries(outputs) }
  return algorithm === undefined ? shared : { ...shared, algorithm }
}

function describeProcedure({ createdAt, name, parameters, options, places }: ProcedureRecord): RunDescription {
  const outputs = Object.entries(places).map(([result, { store, path }]) => [result, objectUrl(store, path)])
  return {
    createdAt,
    program: name,
    args: parameters,
    options,
    algorithm: { name, parameters },
    outputs: Object.fromEntries(outputs),
  }
}

/** Every run in a store, by id, which is by time of start. */
export async function listRuns(store: Store): Promise<ListedRun[]> {
  const ids = new Set<string>()
  for await (const { key } of store.list(RUNS_PREFIX)) {
    const [id = '', name] = key.slice(RUNS_PREFIX.length).split('/')
    if (name === 'manifest.json' || name === 'procedure.json') ids.add(id)
  }
  const runs: ListedRun[] = []
  for (const id of [...ids].sort()) {
    try {
      runs.push(await runStatus(store, id))
    } catch (error) {
      // Also what is no run id: somebody else has put something there.
      if (!isNumpywrenError(error) || error.category !== 'input') throw error
      runs.push({ id, problem: error.message })
    }
  }
  return runs
}

/**
 * Ends a run: whoever drives it obeys within a second; one that nobody drives is marked. A run that has ended stays as it is.
 * @returns the run as it was found
 * @throws RunNotFoundError
 */
export async function cancelRun(store: Store, id: string): Promise<RunStatus> {
  const status = await runStatus(store, id)
  const { state, last } = status
  if (state === 'running' || state === 'stale') await store.put(cancelKey(id), new TextEncoder().encode('cancel\n'))
  if (last !== undefined && (state === 'stale' || state === 'interrupted'))
    await writeState(store, id, { ...last, state: 'cancelled', message: 'cancelled while nobody was at work on it' })
  // Workers may be at work on a stage of a procedure whose own process is gone.
  if (state === 'stale') for (const stage of await stagesOf(store, id)) await cancelStage(store, stage)
  return status
}

async function cancelStage(store: Store, id: string): Promise<void> {
  if ((await readState(store, id))?.state !== 'running') return
  await store.put(cancelKey(id), new TextEncoder().encode('cancel\n'))
}

/** The stored events of all starts of a run, in order of time. @throws RunNotFoundError, EventFormatError */
export async function readRunEvents(store: Store, id: string): Promise<RunEvent[]> {
  const isProcedure = (await readProcedure(store, id)) !== undefined
  if (!isProcedure) await readManifest(store, id)
  const segments: Segment[] = []
  for (const each of isProcedure ? await stagesOf(store, id) : [id]) {
    for await (const segment of store.list(eventsPrefix(each))) segments.push(segment)
  }
  const events: RunEvent[] = []
  for (const segment of segments.sort((a, b) => (a.key < b.key ? -1 : 1))) {
    for (const event of await readEvents(store, segment)) events.push(event)
  }
  return events.sort((a, b) => endOf(a) - endOf(b))
}

/** Ids of the runs that a procedure has started. */
export async function stagesOf(store: Store, id: string): Promise<string[]> {
  const stages = new Set<string>()
  for await (const { key } of store.list(`${RUNS_PREFIX}${id}.`)) {
    stages.add(key.slice(RUNS_PREFIX.length).split('/')[0]!)
  }
  return [...stages].sort()
}
