import { setTimeout as sleep } from 'node:timers/promises'
import { InputError, isNumpywrenError } from '../../errors.ts'
import { readManifest } from '../manifest.ts'
import { readProcedure } from '../procedure.ts'
import { readState } from '../state.ts'
import { type Joined, type JoinOptions, joinRun } from './join.ts'
import { ProcedureWatch } from './procedures.ts'

/** A worker without a run looks this often for one. */
const LOOK_MS = 1000

export interface ServeOptions extends JoinOptions {
  /** Serve this run alone, or this procedure with its stages, and end with it. @default any open run of the store, one after the other */
  readonly runId?: string | undefined
  /** Carries a procedure on whose process is gone. */
  readonly carryOn: (id: string, signal: AbortSignal) => Promise<void>
  /** Told of each run that was joined. */
  readonly onJoined?: ((runId: string) => void) | undefined
  /** Told of a run that this worker cannot serve; with `runId` that is an error. */
  readonly onRefused?: ((runId: string, reason: Error) => void) | undefined
  /** Told how the part in a run ended. */
  readonly onLeft?: ((runId: string, joined: Joined) => void) | undefined
}

/** What a worker did, over all runs that it served. */
export interface Served {
  readonly why: Joined['why']
  readonly runs: number
  /** Completions that counted. */
  readonly tasks: number
}

/**
 * Works on runs of a store that are open at a coordinator, until there is nothing to do for `idleMs`, the deadline comes, the signal is
 * raised, or the one run that it serves is over.
 * @throws as {@link joinRun}; InputError when the run is kept in another store
 */
export async function serveRuns(options: ServeOptions): Promise<Served> {
  const { idleMs = Number.POSITIVE_INFINITY, deadlineMs = Number.POSITIVE_INFINITY, signal } = options
  const watch = new ProcedureWatch(options)
  /** Runs that this worker cannot serve. */
  const refused = new Set<string>()
  const next =
    options.runId === undefined ? openRuns(options, refused, watch) : await runsOf(options.runId, options, watch)
  const served = { runs: 0, tasks: 0 }
  let busyAt = performance.now()
  try {
    for (;;) {
      if (signal.aborted) return { why: 'drained', ...served }
      if (Date.now() >= deadlineMs) return { why: 'deadline', ...served }
      const runId = await next()
      if (runId === 'none') return { why: 'run-over', ...served }
      const joined = runId === undefined ? undefined : await serveOne(runId, options, refused)
      if (joined !== undefined) {
        served.runs++
        served.tasks += joined.tasks
        if (joined.why !== 'run-over') return { why: joined.why, ...served }
      }
      if (joined !== undefined || watch.isBusy) busyAt = performance.now()
      if (runId !== undefined) continue
      if (performance.now() - busyAt >= idleMs) return { why: 'idle', ...served }
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined)
    }
  } finally {
    await watch.stop()
  }
}

/** @returns `undefined` when this worker cannot serve the run, and may serve others */
async function serveOne(runId: string, options: ServeOptions, refused: Set<string>): Promise<Joined | undefined> {
  options.onJoined?.(runId)
  try {
    const joined = await joinRun(runId, options)
    options.onLeft?.(runId, joined)
    return joined
  } catch (error) {
    if (options.runId !== undefined || !isNumpywrenError(error) || error.category !== 'input') throw error
    refused.add(runId)
    options.onRefused?.(runId, error)
    return undefined
  }
}

/** The next run to join: its id, `undefined` when there is none now, `none` when there never will be. */
type NextRun = () => Promise<string | 'none' | undefined>

function openRuns({ store, coordination }: ServeOptions, refused: ReadonlySet<string>, watch: ProcedureWatch): NextRun {
  return async () => {
    for (const { runId } of await coordination.openRuns(store.url))
      if (!refused.has(runId) && (await isOpen(runId))) return runId
    return undefined
  }
  async function isOpen(runId: string): Promise<boolean> {
    try {
      if ((await readProcedure(store, runId)) !== undefined) {
        await watch.lookAfter(runId)
        return false
      }
      await readManifest(store, runId)
      const state = (await readState(store, runId))?.state
      // An interrupted run waits to be resumed; whoever is asked for it by name goes on with it.
      return state === undefined || state === 'running'
    } catch (error) {
      if (isNumpywrenError(error) && error.category === 'input') return false
      throw error
    }
  }
}

/** @throws RunNotFoundError, or InputError when the run is kept elsewhere */
async function runsOf(id: string, options: ServeOptions, watch: ProcedureWatch): Promise<NextRun> {
  const { store, coordination } = options
  const isProcedure = (await readProcedure(store, id)) !== undefined
  if (!isProcedure) await expectHere(id, options)
  /** Served to its end. */
  let served: string | undefined
  return async () => {
    if (!isProcedure) {
      if (served === id) return 'none'
      served = id
      return id
    }
    for (const { runId } of await coordination.openRuns(store.url)) {
      if (!runId.startsWith(`${id}.`) || runId === served) continue
      const state = (await readState(store, runId))?.state
      if (state !== undefined && state !== 'running') continue
      served = runId
      return runId
    }
    return (await watch.lookAfter(id)) ? undefined : 'none'
  }
}

/** @throws RunNotFoundError, or InputError when the run is kept in another store */
async function expectHere(id: string, { store, coordination }: ServeOptions): Promise<void> {
  try {
    await readManifest(store, id)
  } catch (error) {
    const isMissing = isNumpywrenError(error, 'RunNotFoundError')
    const elsewhere = isMissing ? (await coordination.openRuns()).find(({ runId }) => runId === id) : undefined
    if (elsewhere === undefined) throw error
    throw new InputError(
      `run ${id} is kept in ${elsewhere.storeUrl}, not in ${store.url}; a worker must name the store as the run does (--store ${elsewhere.storeUrl})`,
      { cause: error },
    )
  }
}
