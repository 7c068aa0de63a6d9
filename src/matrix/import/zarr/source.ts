import type { GetOptions, Store } from '../../../storage/index.ts'

/** Where the objects of a foreign Zarr array lie. */
export class ZarrSource {
  /** For messages. */
  readonly name: string
  readonly #store: Store
  readonly #prefix: string

  /** @param path key prefix of the array, '' when the store's root is the array */
  constructor(store: Store, path: string, name: string) {
    this.name = name
    this.#store = store
    this.#prefix = path === '' ? '' : `${path}/`
  }

  /** An object or a range of it; undefined when there is none. */
  get(key: string, options?: GetOptions): Promise<Uint8Array | undefined> {
    return this.#store.get(this.#prefix + key, options)
  }

  /** Some arrays that lie below, for messages. */
  async arrays(): Promise<string[]> {
    const found: string[] = []
    let looked = 0
    for await (const { key } of this.#store.list(this.#prefix)) {
      const match = /^(.+)\/(?:zarr\.json|\.zarray)$/.exec(key.slice(this.#prefix.length))
      if (match) found.push(match[1]!)
      if (found.length === 5 || ++looked === 1000) break
    }
    return found.sort()
  }
}
