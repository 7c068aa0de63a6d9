import { isNumpywrenError } from '../../errors.ts'
import type { Store } from '../../storage/index.ts'
import { resumeLine } from '../errors.ts'
import { type Manifest, readManifest } from '../manifest.ts'
import { readProcedure } from '../procedure.ts'
import { type RunState, readState } from '../state.ts'
import { mayBeAlive } from './liveness.ts'

/** A run that has its record but has said nothing yet may still be clearing the places of its outputs. */
const STARTING_MS = 60 * 60 * 1000

/** A run, or a procedure with its stages: what is removed or kept together. The first member is the whole. */
export type Family = readonly [Member, ...Member[]]

/** A run's records as they were read. */
export interface Member {
  readonly id: string
  readonly manifest: Manifest | undefined
  readonly hasRecord: boolean
  /** Epoch milliseconds; `undefined` without a record. */
  readonly createdAt: number | undefined
  readonly state: RunState | undefined
  /** Why its records cannot be read. */
  readonly problem: string | undefined
}

/** What is to become of a family. */
export type Verdict =
  | { readonly fate: 'keep'; readonly reason: string; readonly isBroken?: true }
  /** Its data go; `record` says whether the rest, too. */
  | { readonly fate: 'clean'; readonly record: boolean }

export interface JudgeOptions {
  readonly storeUrl: string
  readonly now: number
  /** Runs that could be resumed are kept when they gave a sign of life within this time. */
  readonly olderThanMs: number
  /** Remove the records of older runs, too. */
  readonly records: boolean
}

export async function lookAt(store: Store, id: string): Promise<Member> {
  const nothing = { id, manifest: undefined, hasRecord: false, createdAt: undefined, state: undefined }
  try {
    const procedure = await readProcedure(store, id)
    const manifest = procedure === undefined ? await manifestOf(store, id) : undefined
    const record = procedure ?? manifest
    const state = await readState(store, id)
    const createdAt = record && Date.parse(record.createdAt)
    return { id, manifest, hasRecord: record !== undefined, createdAt, state, problem: undefined }
  } catch (error) {
    // Damaged or hostile records are nobody's whom we could name: they are left to a person.
    if (isNumpywrenError(error) && error.category === 'input') return { ...nothing, problem: error.message }
    throw error
  }
}

export function judge(family: Family, { storeUrl, now, olderThanMs, records }: JudgeOptions): Verdict {
  const [whole] = family
  const broken = family.find(({ problem }) => problem !== undefined)
  if (broken?.problem !== undefined)
    return { fate: 'keep', reason: `its records cannot be read: ${broken.problem}`, isBroken: true }
  if (family.some(({ state }) => mayBeAlive(state, storeUrl, now))) {
    return { fate: 'keep', reason: 'it is at work, or was a moment ago' }
  }
  if (!whole.hasRecord) return { fate: 'clean', record: true }
  const ageMs =
    now - Math.max(...family.map(({ createdAt = 0, state }) => Math.max(createdAt, state?.heartbeatAt ?? 0)))
  // A time that makes no sense is no reason to remove anything.
  const isOld = ageMs >= olderThanMs
  if (whole.state?.state === 'done') return { fate: 'clean', record: records && isOld }
  if (whole.state === undefined && !(ageMs >= STARTING_MS)) {
    return { fate: 'keep', reason: 'it was started less than an hour ago and has said nothing yet' }
  }
  if (isOld) return { fate: 'clean', record: records }
  const line = resumeLine({ runId: whole.id, storeUrl })
  return { fate: 'keep', reason: `it can be resumed (${line}); --older-than 0s removes its data` }
}

async function manifestOf(store: Store, id: string): Promise<Manifest | undefined> {
  try {
    return await readManifest(store, id)
  } catch (error) {
    if (isNumpywrenError(error, 'RunNotFoundError')) return undefined
    throw error
  }
}
