import { z } from 'zod'
import { isNumpywrenError } from '../errors.ts'
import { objectUrl, type Store } from '../storage/index.ts'
import { OutputTakenError } from './errors.ts'
import { expectUnmarked } from './gc/mark.ts'
import { claimKey } from './keys.ts'
import { type RecordKind, readRecord, storeUrlSchema } from './records.ts'
import { runIdSchema } from './run-id.ts'
import { readState, shownState } from './state.ts'

/** An output before it is a matrix: which run writes it, and where that run is kept. */
export interface Claim {
  readonly run: string
  readonly store: string
}

const kind: RecordKind<Claim> = {
  what: 'claim',
  schema: z.object({ run: runIdSchema, store: storeUrlSchema }),
  advice: 'remove it when nobody writes to the place that it names',
}

/** Where an array is, or is to be. */
export interface OutputPlace {
  readonly store: Store
  readonly path: string
}

export interface ClaimOptions {
  readonly runId: string
  /** Keeps the run. */
  readonly runStore: Store
  /** Take the place from another run. */
  readonly overwrite: boolean
}

/**
 * Takes an output's place for a run, so that two runs never write one array.
 * @throws OutputTakenError when another run holds it, which then can be resumed; with `overwrite` only while that run is
 * at work, as far as this run's store can tell; RemovalUnderWayError
 */
export async function claimOutput(
  { store, path }: OutputPlace,
  { runId, runStore, overwrite }: ClaimOptions,
): Promise<void> {
  const bytes = new TextEncoder().encode(`${JSON.stringify({ run: runId, store: runStore.url })}\n`)
  if (overwrite) await expectIdle({ store, path }, runId, runStore)
  if (await store.put(claimKey(path), bytes, { ifAbsent: !overwrite })) {
    try {
      await expectUnmarked(store, { output: path })
    } catch (error) {
      await releaseOutput({ store, path }, runId)
      throw error
    }
    return
  }
  const holder = await readClaim({ store, path })
  if (holder?.run === runId) return
  const other = holder === undefined ? 'another run' : `run ${holder.run}`
  const resume =
    holder === undefined ? '' : ` continue that run (numpywren resume ${holder.run} --store ${holder.store}),`
  throw new OutputTakenError(
    `${objectUrl(store.url, path)} is being written by ${other}, which has not ended:${resume} choose another URL, or overwrite it (--overwrite)`,
  )
}

/** @throws OutputTakenError when another run writes to the place now: it would go on to do so whoever holds the claim */
async function expectIdle(place: OutputPlace, runId: string, runStore: Store): Promise<void> {
  const holder = await readClaim(place)
  if (holder === undefined || holder.run === runId || holder.store !== runStore.url) return
  if (shownState(await readState(runStore, holder.run)) !== 'running') return
  throw new OutputTakenError(
    `${objectUrl(place.store.url, place.path)} is being written by run ${holder.run} at this moment: cancel that run first (numpywren cancel ${holder.run} --store ${holder.store}), or choose another URL`,
  )
}

/** True while the place belongs to this run. */
export async function holdsOutput(place: OutputPlace, runId: string): Promise<boolean> {
  return (await readClaim(place))?.run === runId
}

/** Gives the place up, when it is this run's. */
export async function releaseOutput(place: OutputPlace, runId: string): Promise<void> {
  if (await holdsOutput(place, runId)) await place.store.delete(claimKey(place.path))
}

/** Who holds a place; `undefined` when nobody does whom one could name. */
export async function readClaim({ store, path }: OutputPlace): Promise<Claim | undefined> {
  try {
    return await readRecord(store, claimKey(path), kind)
  } catch (error) {
    // A damaged claim is somebody's, but nobody's we could name.
    if (isNumpywrenError(error, 'ManifestError')) return undefined
    throw error
  }
}
