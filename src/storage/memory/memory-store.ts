import { deleteEach } from '../delete-each.ts'
import { KeyConflictError } from '../errors.ts'
import { checkKey, checkPrefix, objectUrl } from '../key.ts'
import { resolveRange } from '../range.ts'
import type { CallOptions, GetOptions, PutOptions, Store } from '../store.ts'

/** Objects by full key, and how many objects lie below each folder. */
interface Objects {
  readonly byKey: Map<string, Uint8Array>
  readonly below: Map<string, number>
}

/** Every named memory store of this process. */
const named = new Map<string, Objects>()

/** A store in this process's memory: for tests and for small work. Copies on the way in and out. */
export class MemoryStore implements Store {
  readonly url: string
  readonly #objects: Objects
  readonly #root: string

  /**
   * @param name stores of one name in a process share their objects; without it the store is alone
   * @param root folder within it that is this store's root
   */
  constructor(name?: string, root = '') {
    this.url = objectUrl(`memory://${name ?? ''}`, root)
    this.#root = root === '' ? '' : `${root}/`
    if (root !== '') checkKey(root, this.url)
    this.#objects = (name !== undefined && named.get(name)) || { byKey: new Map(), below: new Map() }
    if (name !== undefined) named.set(name, this.#objects)
  }

  async get(key: string, { range, into, signal }: GetOptions = {}): Promise<Uint8Array | undefined> {
    const bytes = this.#objects.byKey.get(this.#full(key, signal))
    if (bytes === undefined) return undefined
    const { offset, length } = resolveRange(range, bytes.length)
    const part = bytes.subarray(offset, offset + length)
    if (into?.length !== length) return new Uint8Array(part)
    into.set(part)
    return into
  }

  async put(key: string, bytes: Uint8Array, { ifAbsent = false, signal }: PutOptions = {}): Promise<boolean> {
    const full = this.#full(key, signal)
    const { byKey, below } = this.#objects
    const exists = byKey.has(full)
    if (exists && ifAbsent) return false
    const folders = foldersOf(full)
    if (below.has(full) || folders.some((folder) => byKey.has(folder))) {
      throw new KeyConflictError(objectUrl(this.url, key))
    }
    byKey.set(full, new Uint8Array(bytes))
    if (!exists) for (const folder of folders) below.set(folder, (below.get(folder) ?? 0) + 1)
    return true
  }

  async stat(key: string, { signal }: CallOptions = {}): Promise<{ readonly bytes: number } | undefined> {
    const bytes = this.#objects.byKey.get(this.#full(key, signal))
    return bytes && { bytes: bytes.length }
  }

  async delete(key: string, { signal }: CallOptions = {}): Promise<void> {
    const full = this.#full(key, signal)
    const { byKey, below } = this.#objects
    if (!byKey.delete(full)) return
    for (const folder of foldersOf(full)) {
      const left = (below.get(folder) ?? 0) - 1
      if (left > 0) below.set(folder, left)
      else below.delete(folder)
    }
  }

  deleteAll(keys: Iterable<string> | AsyncIterable<string>, options?: CallOptions): Promise<void> {
    return deleteEach(this, keys, options)
  }

  async *list(
    prefix: string,
    { signal }: CallOptions = {},
  ): AsyncGenerator<{ readonly key: string; readonly bytes: number }> {
    checkPrefix(prefix, this.url)
    for (const [full, bytes] of [...this.#objects.byKey]) {
      signal?.throwIfAborted()
      if (full.startsWith(this.#root + prefix)) yield { key: full.slice(this.#root.length), bytes: bytes.length }
    }
  }

  async close(): Promise<void> {}

  #full(key: string, signal: AbortSignal | undefined): string {
    signal?.throwIfAborted()
    checkKey(key, this.url)
    return this.#root + key
  }
}

/** `a/b/c` lies in `a` and `a/b`. */
function foldersOf(key: string): string[] {
  const folders: string[] = []
  for (let at = key.indexOf('/'); at >= 0; at = key.indexOf('/', at + 1)) folders.push(key.slice(0, at))
  return folders
}
