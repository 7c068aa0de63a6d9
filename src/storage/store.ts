/**
 * The small contract between us and any object store: keys and bytes, nothing of tiles.
 *
 * Keys are `/`-separated, without a leading slash, `.` or `..` segments; no key is a `/`-prefix of another.
 * Missing is `undefined`; everything else that goes wrong throws a StoreError.
 */
export interface Store {
  /** URL of the root, without credentials and without a trailing slash. */
  readonly url: string
  /** The whole object (or `range` of it), or `undefined` when there is none. `into` is filled when it fits exactly, else ignored. */
  get(key: string, options?: GetOptions): Promise<Uint8Array | undefined>
  /** Atomic: a reader sees the old object or the new one, never a mixture; durable when it resolves. @returns false only when `ifAbsent` and the key exists. */
  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<boolean>
  /** Size in bytes, or `undefined` when there is no such object. */
  stat(key: string, options?: CallOptions): Promise<{ readonly bytes: number } | undefined>
  /** Removes the object; removing what is not there is no error. */
  delete(key: string, options?: CallOptions): Promise<void>
  /** Removes many objects, in batches where the service has such a call; `keys` may be made from a listing that runs meanwhile. On failure some remain. */
  deleteAll(keys: Iterable<string> | AsyncIterable<string>, options?: CallOptions): Promise<void>
  /** Every object whose key starts with `prefix` (a plain string prefix), in no particular order, streamed. */
  list(prefix: string, options?: CallOptions): AsyncIterable<{ readonly key: string; readonly bytes: number }>
  /** Where the bucket is; `undefined` where that means nothing or cannot be known. @throws StoreError */
  location?(options?: CallOptions): Promise<StorePlace | undefined>
  close(): Promise<void>
}

/** The cloud, and the region of it, that a bucket is in. */
export interface StorePlace {
  readonly cloud: 'aws' | 'gcp'
  /** In small letters, such as `us-east-1`, `us-central1`, or `us` for several regions. */
  readonly region?: string | undefined
  /** The address of a server that stands in for the cloud's own. */
  readonly standIn?: string | undefined
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

export interface GetOptions extends CallOptions {
  /** Byte range: `offset` and `length`, or the last `suffix` bytes. */
  readonly range?: { readonly offset: number; readonly length: number } | { readonly suffix: number } | undefined
  /** A buffer to read into, so that a caller with a pool avoids an allocation. Used only when the object has exactly this length. */
  readonly into?: Uint8Array | undefined
}

export interface PutOptions extends CallOptions {
  /** Create only: leave an existing object alone and return false. */
  readonly ifAbsent?: boolean | undefined
}
