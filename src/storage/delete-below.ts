import type { CallOptions, Store } from './store.ts'

/** Removes every object whose key starts with `prefix`, in the batches of the store. */
export function deleteBelow(store: Store, prefix: string, options?: CallOptions): Promise<void> {
  return store.deleteAll(keysOf(store.list(prefix, options)), options)
}

async function* keysOf(objects: ReturnType<Store['list']>): AsyncGenerator<string> {
  for await (const { key } of objects) yield key
}
