/**
 * A record of a run that lies in a remote store may name places on this machine: an input in a folder, a file that a result is written
 * to. Others may be able to write to that store, and would then have whoever resumes the run read or replace files of theirs. So such
 * a record counts only when it carries the voucher of the user who made it, unchanged: a keyed digest of all that it says, with a key
 * that never leaves this user's home.
 */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '../errors.ts'
import type { Store } from '../storage/index.ts'
import { isOfThisMachine } from './gc/liveness.ts'
import type { Manifest } from './manifest.ts'
import type { ProcedureRecord } from './procedure.ts'

/** Set to 1: what records in remote stores say of this machine is believed. */
const ALLOW_VARIABLE = 'NUMPYWREN_ALLOW_LOCAL'

type Vouched = (Manifest | ProcedureRecord) & { readonly voucher?: string }

/** The record with this user's voucher, where it needs one and one can be made. */
export async function vouchFor<T extends Vouched>(store: Store, record: T): Promise<T> {
  if (localPlaces(store, record).length === 0) return record
  const key = await readKey().catch(() => makeKey().catch(() => undefined))
  return key === undefined ? record : { ...record, voucher: digest(key, store, record).toString('hex') }
}

/**
 * @param files false for those who never write the files that a record names, such as workers anywhere
 * @throws InputError when a record in a remote store names places on this machine, and this user did not make it so
 */
export async function expectVouched(
  store: Store,
  record: Vouched,
  { files = true }: { readonly files?: boolean } = {},
): Promise<void> {
  const places = localPlaces(store, record, files)
  if (places.length === 0 || process.env[ALLOW_VARIABLE] === '1') return
  const key = await readKey().catch(() => undefined)
  if (key !== undefined && record.voucher !== undefined) {
    const given = Buffer.from(record.voucher, 'hex')
    const right = digest(key, store, record)
    if (given.length === right.length && timingSafeEqual(given, right)) return
  }
  const shown = places.slice(0, 3).map((place) => JSON.stringify(place.slice(0, 200)))
  throw new InputError(
    `run ${record.id} is kept in ${store.url} and names places on this machine (${shown.join(', ')}), but was not started by this user here: resume it where it was started, or, if these places are meant, set ${ALLOW_VARIABLE}=1`,
  )
}

/** What a record says of this machine, when it is kept elsewhere. */
function localPlaces({ url }: Store, record: Vouched, withFiles = true): string[] {
  if (isOfThisMachine(url)) return []
  const isRun = 'matrices' in record
  const stores = isRun
    ? Object.values(record.matrices).flatMap((matrix) => (matrix.role === 'intermediate' ? [] : [matrix.store]))
    : [...Object.values(record.operands), ...Object.values(record.places)].map(({ store }) => store)
  const files = withFiles ? Object.values((isRun ? record.algorithm?.files : record.files) ?? {}) : []
  return [...stores.filter(isOfThisMachine), ...files.filter((file) => !/^(s3|gs):\/\//.test(file))]
}

function digest(key: Uint8Array, { url }: Store, { voucher: _, ...record }: Vouched): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify([url, sorted(JSON.parse(JSON.stringify(record)))]))
    .digest()
}

/** The same whatever the order of names. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, each]) => [name, sorted(each)])
}

function keyFolder(): string {
  return join(process.env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'numpywren')
}

function readKey(): Promise<Uint8Array> {
  return readFile(join(keyFolder(), 'voucher-key'))
}

async function makeKey(): Promise<Uint8Array> {
  await mkdir(keyFolder(), { recursive: true, mode: 0o700 })
  // Whoever comes second takes the key of the first.
  await writeFile(join(keyFolder(), 'voucher-key'), randomBytes(32), { flag: 'wx', mode: 0o600 }).catch(() => undefined)
  return readKey()
}
