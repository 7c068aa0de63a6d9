/** One store of the chaos run: how commands reach it, how it is looked at from behind, and how far a run in it has come. */

import { open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { HttpFaultProxy, HttpRequestSeen } from '../helpers/servers/fault-proxy-http.ts'
import { isTile, type Objects } from './objects.ts'

export type StoreKind = 'fs' | 's3' | 'gs'

export interface StoreSite {
  readonly kind: StoreKind
  /** URL for commands, without a trailing slash. */
  readonly url: string
  /** Environment of commands: the way to the store leads through the proxy. */
  readonly env: Readonly<Record<string, string>>
  readonly objects: Objects
  /** What stands before the store; fs has none. */
  readonly proxy?: HttpFaultProxy | undefined
  /** A folder on a disk of its own that may be filled. */
  readonly disk?: string | undefined
  readonly progress: Progress
}

/** Tiles that were seen to be stored, by run. */
export interface Progress {
  /** Tiles that a run has stored so far, the same one twice when it was computed again. */
  tiles(runId: string): Promise<number>
}

/** Counts the tiles that a proxy has let through. */
export class ProxyProgress implements Progress {
  readonly #keys: string[] = []

  readonly onReply = ({ method, path }: HttpRequestSeen, status: number): void => {
    if ((method !== 'PUT' && method !== 'POST') || status >= 300) return
    const name = new URLSearchParams(path.slice(path.indexOf('?') + 1)).get('name')
    const key = name ?? decodeURIComponent(path.split('?', 1)[0] ?? '')
    if (isTile(key)) this.#keys.push(key)
  }

  tiles(runId: string): Promise<number> {
    return Promise.resolve(this.#keys.filter((key) => key.split('/').some((part) => isOf(part, runId))).length)
  }
}

/** Counts the tiles that were there at some look at the folder. */
export class FolderProgress implements Progress {
  readonly #objects: Objects
  readonly #seen = new Map<string, Set<string>>()

  constructor(objects: Objects) {
    this.#objects = objects
  }

  async tiles(runId: string): Promise<number> {
    const seen = this.#seen.get(runId) ?? new Set()
    this.#seen.set(runId, seen)
    for (const prefix of [`${runId}/`, `.numpywren/runs/${runId}`])
      for (const key of await this.#objects.list(prefix)) if (isTile(key)) seen.add(key)
    return seen.size
  }
}

/** Stages of a procedure are runs of their own: ID.stage. */
const isOf = (part: string, runId: string): boolean => part === runId || part.startsWith(`${runId}.`)

/** Takes all the room of a disk. @returns how to give it back */
export async function fillDisk(folder: string): Promise<() => Promise<void>> {
  const filler = join(folder, 'filler')
  const file = await open(filler, 'w')
  try {
    const { bavail, bsize } = await statfs(folder)
    const block = Buffer.alloc(1 << 20)
    for (let left = bavail * bsize; left > 0; left -= block.length) await file.write(block)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    await file.close()
  }
  return () => rm(filler, { force: true })
}
