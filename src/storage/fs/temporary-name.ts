/**
 * Names of unfinished files. They lie beside their target (so that a rename stays within one file system and one folder's
 * permissions), carry who writes them, and are invisible to listings.
 */

import { createHash } from 'node:crypto'
import { stat, unlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { TEMPORARY_PREFIX } from '../key.ts'
import { codeOf } from './translate-error.ts'

/** An unfinished file of an unknown or recycled process is given up after this time. */
const ABANDONED_MS = 24 * 60 * 60 * 1000

const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8)
const live = new Set<string>()
let count = 0

/** A name that nobody else uses; give it back with {@link releaseTemporaryName}. */
export function takeTemporaryName(): string {
  // The time of taking tells this process from an earlier one of the same id.
  const name = `${TEMPORARY_PREFIX}${host}-${process.pid}-${Date.now().toString(36)}-${count++}`
  live.add(name)
  return name
}

export function releaseTemporaryName(name: string): void {
  live.delete(name)
}

export function isTemporaryName(name: string): boolean {
  return name.startsWith(TEMPORARY_PREFIX)
}

/** Removes the unfinished file at `path` when its writer is gone. Failing to is no error: it is tried again by the next listing. */
export async function removeIfAbandoned(path: string, name: string): Promise<void> {
  try {
    if (await isAbandoned(path, name)) await unlink(path)
  } catch {
    // Read-only store, or another listing was quicker.
  }
}

/** Whether the writer of the unfinished file at `path` is gone. @throws ENOENT when the file is gone itself */
export async function isAbandoned(path: string, name: string): Promise<boolean> {
  return isWriterGone(name) || Date.now() - (await stat(path)).mtimeMs >= ABANDONED_MS
}

function isWriterGone(name: string): boolean {
  const [owner, pid] = name.slice(TEMPORARY_PREFIX.length).split('-')
  if (owner !== host || pid === undefined || !/^[1-9][0-9]*$/.test(pid)) return false
  if (Number(pid) === process.pid) return !live.has(name)
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return codeOf(error) === 'ESRCH'
  }
}
