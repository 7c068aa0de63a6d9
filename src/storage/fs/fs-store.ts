import { open, opendir, stat, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { deleteEach } from '../delete-each.ts'
import { StoreUnavailableError } from '../errors.ts'
import { checkKey, checkPrefix, isKey, objectUrl } from '../key.ts'
import { resolveRange } from '../range.ts'
import type { CallOptions, GetOptions, PutOptions, Store } from '../store.ts'
import { pruneFolders, removeAbandonedFiles } from './abandoned.ts'
import { isTemporaryName, removeIfAbandoned } from './temporary-name.ts'
import { isMissing, translateError } from './translate-error.ts'
import { writeFileAtomically } from './write-file.ts'

/**
 * A store in a folder of the local file system: one file per object, written atomically and flushed.
 * Symbolic links are followed by name; a listing leaves out those to folders, so that it cannot run in circles.
 */
export class FsStore implements Store {
  readonly url: string
  /** Absolute path of the root folder; it is made by the first put. */
  readonly root: string
  readonly #clears: boolean

  /** @param options.clears listings remove by the way what killed writers left unfinished; @default true */
  constructor(root: string, { clears = true }: { readonly clears?: boolean } = {}) {
    this.root = resolve(root)
    this.#clears = clears
    this.url = pathToFileURL(this.root).href.replace(/\/$/, '')
  }

  async get(key: string, { range, into, signal }: GetOptions = {}): Promise<Uint8Array | undefined> {
    const path = this.#path(key, signal)
    try {
      const file = await open(path, 'r')
      try {
        const found = await file.stat()
        if (!found.isFile()) return undefined
        const { offset, length } = resolveRange(range, found.size)
        const bytes = into?.length === length ? into : new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
        let done = 0
        while (done < length) {
          const { bytesRead } = await file.read(bytes, done, length - done, offset + done)
          if (bytesRead === 0) throw this.#tooShort(key, length - done)
          done += bytesRead
        }
        return bytes
      } finally {
        await file.close()
      }
    } catch (error) {
      if (isMissing(error)) return undefined
      throw translateError(error, 'read', this.url, key)
    }
  }

  async put(key: string, bytes: Uint8Array, { ifAbsent = false, signal }: PutOptions = {}): Promise<boolean> {
    const path = this.#path(key, signal)
    try {
      if (ifAbsent && (await stat(path).catch(() => undefined))?.isFile()) return false
      return await writeFileAtomically(path, bytes, ifAbsent)
    } catch (error) {
      throw translateError(error, 'write', this.url, key)
    }
  }

  async stat(key: string, { signal }: CallOptions = {}): Promise<{ readonly bytes: number } | undefined> {
    const path = this.#path(key, signal)
    try {
      const found = await stat(path)
      return found.isFile() ? { bytes: found.size } : undefined
    } catch (error) {
      if (isMissing(error)) return undefined
      throw translateError(error, 'look at', this.url, key)
    }
  }

  async delete(key: string, { signal }: CallOptions = {}): Promise<void> {
    const path = this.#path(key, signal)
    try {
      await unlink(path)
    } catch (error) {
      if (isMissing(error)) return
      throw translateError(error, 'delete', this.url, key)
    }
    await pruneFolders(dirname(path), this.root)
  }

  deleteAll(keys: Iterable<string> | AsyncIterable<string>, options?: CallOptions): Promise<void> {
    return deleteEach(this, keys, options)
  }

  async *list(
    prefix: string,
    { signal }: CallOptions = {},
  ): AsyncGenerator<{ readonly key: string; readonly bytes: number }> {
    checkPrefix(prefix, this.url)
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
    for await (const key of this.#walk(folder, prefix, signal)) {
      // Others may have put files here with names that no key has.
      if (!isKey(key)) continue
      const found = await this.stat(key, { signal })
      if (found) yield { key, bytes: found.bytes }
    }
  }

  async close(): Promise<void> {}

  /** Removes what killed writers left unfinished, or, when `dryRun`, only counts it. */
  async removeAbandoned(options: {
    readonly dryRun: boolean
  }): Promise<{ readonly objects: number; readonly bytes: number }> {
    try {
      return await removeAbandonedFiles(this.root, options)
    } catch (error) {
      throw translateError(error, 'clear', this.url, '')
    }
  }

  /** Keys below `folder` ('' or ending in a slash) that start with `prefix`; clears away what dead writers left. */
  async *#walk(folder: string, prefix: string, signal: AbortSignal | undefined): AsyncGenerator<string> {
    const path = join(this.root, folder)
    try {
      for await (const entry of await opendir(path)) {
        signal?.throwIfAborted()
        const key = folder + entry.name
        if (isTemporaryName(entry.name)) {
          if (this.#clears) await removeIfAbandoned(join(path, entry.name), entry.name)
        } else if (entry.isDirectory()) {
          if (`${key}/`.startsWith(prefix) || prefix.startsWith(`${key}/`)) yield* this.#walk(`${key}/`, prefix, signal)
        } else if (key.startsWith(prefix)) yield key
      }
    } catch (error) {
      if (signal?.aborted) throw error
      if (!isMissing(error)) throw translateError(error, 'list', this.url, folder.replace(/\/$/, ''))
    }
  }

  /** Somebody who does not write atomically is at this file: worth another look. */
  #tooShort(key: string, missing: number): StoreUnavailableError {
    const cause = `the file ends ${missing} bytes earlier than its size says`
    return new StoreUnavailableError({ operation: 'read', url: objectUrl(this.url, key), cause })
  }

  #path(key: string, signal: AbortSignal | undefined): string {
    signal?.throwIfAborted()
    checkKey(key, this.url)
    return join(this.root, key)
  }
}
