import type { CallOptions, GetOptions, PutOptions, Store } from '../../src/storage/index.ts'
import { StoreUnavailableError } from '../../src/storage/index.ts'
import { forEachLimit } from '../../src/util/index.ts'

/** What a faulty store does before it passes a call on; throwing is its failure. */
export interface Faults {
  readonly beforeGet?: (key: string) => void | Promise<void>
  readonly beforePut?: (key: string) => void | Promise<void>
  readonly beforeDelete?: (key: string) => void | Promise<void>
}

/** A real store with faults in front. */
export class FaultyStore implements Store {
  readonly url: string
  readonly #store: Store
  readonly #faults: Faults

  constructor(store: Store, faults: Faults) {
    this.url = store.url
    this.#store = store
    this.#faults = faults
  }

  async get(key: string, options?: GetOptions): Promise<Uint8Array | undefined> {
    await this.#faults.beforeGet?.(key)
    return this.#store.get(key, options)
  }

  async put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<boolean> {
    await this.#faults.beforePut?.(key)
    return this.#store.put(key, bytes, options)
  }

  stat(key: string, options?: CallOptions): Promise<{ readonly bytes: number } | undefined> {
    return this.#store.stat(key, options)
  }

  async delete(key: string, options?: CallOptions): Promise<void> {
    await this.#faults.beforeDelete?.(key)
    return this.#store.delete(key, options)
  }

  deleteAll(keys: Iterable<string> | AsyncIterable<string>, options?: CallOptions): Promise<void> {
    return forEachLimit(keys, 16, (key) => this.delete(key, options))
  }

  list(prefix: string, options?: CallOptions): AsyncIterable<{ readonly key: string; readonly bytes: number }> {
    return this.#store.list(prefix, options)
  }

  close(): Promise<void> {
    return this.#store.close()
  }
}

/** Fails every `n`th call as a store does that does not answer. */
export function everyNth(n: number, operation: string, url: string): () => void {
  let calls = 0
  return () => {
    calls++
    if (calls % n === 0) throw new StoreUnavailableError({ operation, url, cause: new Error('injected') })
  }
}
