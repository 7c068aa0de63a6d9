import { isAbsolute } from 'node:path'
import { openStore, type Store, splitUrl } from '../storage/index.ts'

/** A matrix's place: its store and its path there. */
export interface Place {
  readonly store: Store
  readonly path: string
}

/**
 * Turns names and URLs into stores, one Store object a root. A bare name (`A`, `work/A`) is a path in the base store; a URL or an
 * absolute path names its parent folder's store.
 */
export class Places {
  readonly base: Store
  readonly #stores = new Map<string, Store>()

  constructor(baseUrl: string) {
    this.base = this.store(baseUrl)
  }

  /** The store at a URL; the same object for the same root. */
  store(url: string): Store {
    const opened = openStore(url)
    const known = this.#stores.get(opened.url)
    if (known) return known
    this.#stores.set(opened.url, opened)
    return opened
  }

  /** Where a matrix lies. @throws InputError for an unknown scheme */
  of(name: string): Place {
    if (!isAbsolute(name) && !name.includes('://')) return { store: this.base, path: name.replace(/\/+$/, '') }
    const { store, path } = splitUrl(name)
    if (store === this.base.url) return { store: this.base, path }
    if (`${store}/`.startsWith(`${this.base.url}/`)) {
      const folder = store.slice(this.base.url.length + 1)
      return { store: this.base, path: `${store.startsWith('file:') ? decodeURIComponent(folder) : folder}/${path}` }
    }
    return { store: this.store(store), path }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#stores.values()].map((store) => store.close()))
  }
}
