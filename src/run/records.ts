/**
 * The small JSON objects that runs keep in a store, read back. Whoever may write to the store may have written anything there, so each
 * is bounded, checked, and refused by name; what it holds is data and never more.
 */

import { z } from 'zod'
import { isKey, objectUrl, openStore, type Store } from '../storage/index.ts'
import { ManifestError } from './errors.ts'

/** What a kind of record is to look like. */
export interface RecordKind<T> {
  /** For messages: `manifest`. */
  readonly what: string
  readonly schema: z.ZodType<T>
  /** What to do about one that is damaged. */
  readonly advice: string
}

/** Larger than any record of ours. */
const MAX_BYTES = 64 * 2 ** 20
/** Of a message that says what is wrong with a record, for the record may name anything. */
const MAX_PROBLEM = 300

/** @returns `undefined` when there is none. @throws ManifestError naming the object when it is not what it should be */
export async function readRecord<T>(store: Store, key: string, kind: RecordKind<T>): Promise<T | undefined> {
  const found = await store.stat(key)
  if (found === undefined) return undefined
  const refuse = (problem: string, cause?: unknown): never => {
    const shown = JSON.stringify(problem.slice(0, MAX_PROBLEM)).slice(1, -1).replaceAll('\\"', '"')
    throw new ManifestError(
      `the ${kind.what} ${objectUrl(store.url, key)} is damaged or of another version: ${shown}; ${kind.advice}`,
      { cause },
    )
  }
  if (found.bytes > MAX_BYTES) refuse(`it has ${found.bytes} bytes, and ${MAX_BYTES} are the most it may have`)
  const bytes = await store.get(key)
  if (bytes === undefined) return undefined
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    return refuse(`it is no JSON (${(cause as Error).message})`, cause)
  }
  const parsed = kind.schema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  return refuse(`${issue?.path.join('.') || 'the document'}: ${issue?.message}`)
}

/** URL of a store, as stores say it themselves. */
export const storeUrlSchema: z.ZodType<string> = z
  .string()
  .max(4096)
  .refine((url) => /^[a-z0-9]+:\/\//.test(url) && opens(url), 'it is no URL of a store')

/** Key prefix of an array in a store; '' is the store itself. */
export const arrayPathSchema: z.ZodType<string> = z
  .string()
  .max(4096)
  .refine((path) => path === '' || isKey(path), 'it is no path in a store')

/** ISO 8601, UTC. */
export const timestampSchema: z.ZodType<string> = z.iso.datetime()

function opens(url: string): boolean {
  try {
    openStore(url)
    return true
  } catch {
    return false
  }
}
