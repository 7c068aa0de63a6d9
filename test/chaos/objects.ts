/** What lies in a store, seen and changed behind the back of everybody: around proxies, adapters and checks. */

import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

export interface Objects {
  /** Keys that start with a prefix, sorted. */
  list(prefix: string): Promise<string[]>
  read(key: string): Promise<Uint8Array | undefined>
  /** Replaces the bytes and nothing else: what the server knows of the object (checksums) stays where it can. */
  overwrite(key: string, bytes: Uint8Array): Promise<void>
  remove(key: string): Promise<void>
}

/** True for the object of a tile of any matrix. */
export const isTile = (key: string): boolean => /(^|\/)c(\/\d+)+$/.test(key)

/** Objects that are files below a folder: of the fs store, or in the folder of a server's bucket. */
export class FileObjects implements Objects {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async list(prefix: string): Promise<string[]> {
    const from = prefix.slice(0, prefix.lastIndexOf('/') + 1)
    const files = await filesBelow(join(this.#folder, from))
    return files
      .map((file) => relative(this.#folder, file).split(sep).join('/'))
      .filter((key) => key.startsWith(prefix))
      .sort()
  }

  read(key: string): Promise<Uint8Array | undefined> {
    return readFile(join(this.#folder, key)).catch(undefinedWhenMissing)
  }

  async overwrite(key: string, bytes: Uint8Array): Promise<void> {
    await writeFile(join(this.#folder, key), bytes, { flag: 'r+' }).catch(undefinedWhenMissing)
  }

  async remove(key: string): Promise<void> {
    await rm(join(this.#folder, key), { recursive: true, force: true })
  }
}

/** Files of a tree that changes while it is read. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true }).catch(undefinedWhenMissing)) ?? []
  const found: string[] = []
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) found.push(...(await filesBelow(path)))
    else found.push(path)
  }
  return found
}

function undefinedWhenMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
  return undefined
}
