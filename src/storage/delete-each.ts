import { forEachLimit } from '../util/index.ts'
import type { CallOptions, Store } from './store.ts'

/** Deletes that are under way at a time. */
const CONCURRENCY = 16

/** `deleteAll` for a store without a call for many objects. */
export function deleteEach(
  store: Store,
  keys: Iterable<string> | AsyncIterable<string>,
  options?: CallOptions,
): Promise<void> {
  return forEachLimit(keys, CONCURRENCY, (key) => store.delete(key, options))
}
