/** The record of a procedure: an algorithm of several runs, its stages, with decisions between them. */

import { z } from 'zod'
import { deleteBelow, objectUrl, type Store } from '../storage/index.ts'
import { ManifestError } from './errors.ts'
import { procedureKey, stateKey, workPrefix } from './keys.ts'
import { type RunOptions, runOptionsSchema } from './manifest.ts'
import { arrayPathSchema, type RecordKind, readRecord, storeUrlSchema, timestampSchema } from './records.ts'
import { checkRunId, runIdSchema } from './run-id.ts'

/** Where a matrix lies: URL of the store, and key prefix in it. */
export interface StoredPlace {
  readonly store: string
  readonly path: string
}

/** Everything from which a procedure can be continued: carried out again, it finds the stages that are done. */
export interface ProcedureRecord {
  readonly version: 1
  readonly id: string
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** Of the algorithm. */
  readonly name: string
  readonly operands: Readonly<Record<string, StoredPlace>>
  /** Of the results that are asked for. */
  readonly places: Readonly<Record<string, StoredPlace>>
  /** The algorithm's own. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** Files to be written from results. */
  readonly files: Readonly<Record<string, string>>
  readonly overwrite: boolean
  readonly options: RunOptions
  /** Of the user who made it, where it is needed (voucher.ts). */
  readonly voucher?: string
}

const place = z.strictObject({ store: storeUrlSchema, path: arrayPathSchema })

const schema: z.ZodType<ProcedureRecord> = z.strictObject({
  version: z.literal(1),
  id: runIdSchema,
  createdAt: timestampSchema,
  name: z.string(),
  operands: z.record(z.string(), place),
  places: z.record(z.string(), place),
  parameters: z.record(z.string(), z.unknown()),
  files: z.record(z.string(), z.string()),
  overwrite: z.boolean(),
  options: runOptionsSchema,
  voucher: z.string().exactOptional(),
})

/** @returns false when there is a run of this id */
export function writeProcedure(store: Store, record: ProcedureRecord): Promise<boolean> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(record, null, 2)}\n`)
  return store.put(procedureKey(record.id), bytes, { ifAbsent: true })
}

const kind: RecordKind<ProcedureRecord> = { what: 'record', schema, advice: 'start the run anew' }

/** `undefined` when no procedure has this id. @throws ManifestError when the record is damaged, or that of another */
export async function readProcedure(store: Store, id: string): Promise<ProcedureRecord | undefined> {
  checkRunId(id)
  const found = await readRecord(store, procedureKey(id), kind)
  if (found === undefined || found.id === id) return found
  throw new ManifestError(
    `the record ${objectUrl(store.url, procedureKey(id))} is that of run ${found.id}, not of ${id}; it was moved or damaged`,
  )
}

/** Removes what stages of a procedure keep for each other. */
export async function dropWork(store: Store, id: string): Promise<void> {
  await deleteBelow(store, workPrefix(id))
}

/** Removes a procedure of which no stage has begun, as though it had not been asked for. */
export async function forgetProcedure(store: Store, id: string): Promise<void> {
  await dropWork(store, id)
  await store.delete(stateKey(id))
  await store.delete(procedureKey(id))
}
