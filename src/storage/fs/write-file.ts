/** Atomic, durable writing of one file. */

import { link, mkdir, open, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { releaseTemporaryName, takeTemporaryName } from './temporary-name.ts'
import { codeOf } from './translate-error.ts'

/** How often a folder may vanish (a concurrent delete prunes empty ones) between making it and using it. */
const FOLDER_ATTEMPTS = 10

/**
 * Writes a temporary file beside the target, flushes it, gives it its name in one step and flushes the folder.
 * @returns false only when `ifAbsent` and the file exists
 */
export async function writeFileAtomically(path: string, bytes: Uint8Array, ifAbsent: boolean): Promise<boolean> {
  const folder = dirname(path)
  const name = takeTemporaryName()
  const temporary = join(folder, name)
  try {
    await writeFlushed(temporary, bytes)
    if (ifAbsent) return await linkAbsent(temporary, path)
    await rename(temporary, path)
    await syncFolder(folder)
    return true
  } catch (error) {
    await unlink(temporary).catch(() => {})
    throw error
  } finally {
    releaseTemporaryName(name)
  }
}

/** link(2) fails if the target exists: of several writers one wins. */
async function linkAbsent(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST' || (await stat(path)).isDirectory()) throw error
    await unlink(temporary)
    return false
  }
  await unlink(temporary)
  await syncFolder(dirname(path))
  return true
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const file = await openNew(path)
  try {
    let offset = 0
    while (offset < bytes.length) offset += (await file.write(bytes, offset)).bytesWritten
    await file.datasync()
  } finally {
    await file.close()
  }
}

async function openNew(path: string): ReturnType<typeof open> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await open(path, 'wx')
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || attempt === FOLDER_ATTEMPTS) throw error
      await makeFolder(dirname(path))
    }
  }
}

/**
 * Makes the folder and those above it, and flushes the entries that name them. Step by step: a recursive mkdir reports a
 * read-only file system as a missing folder.
 */
async function makeFolder(folder: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await mkdir(folder)
      break
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return
      // A folder pruned by a concurrent delete is made again by the next attempt.
      if (codeOf(error) !== 'ENOENT' || attempt === FOLDER_ATTEMPTS) throw error
      await makeFolder(dirname(folder))
    }
  }
  await syncFolder(dirname(folder)).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error
  })
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
