import { forEachLimit } from '../../util/index.ts'
import { StoreSetupError } from '../errors.ts'
import { checkKey, checkPrefix, isKey, objectUrl } from '../key.ts'
import { inBatches } from '../remote/batches.ts'
import { crc32c, encodeChecksum } from '../remote/checksum.ts'
import { rangeHeader } from '../remote/range-header.ts'
import { type AttemptInfo, type RemoteRequest, Requests } from '../remote/requests.ts'
import { type RequestSettings, requestSettings } from '../remote/settings.ts'
import type { CallOptions, GetOptions, PutOptions, Store, StorePlace } from '../store.ts'
import { LARGEST_BATCH, type ListPage, ObjectCalls } from './calls.ts'
import { classify, noBucket } from './classify.ts'
import { GcsClient } from './client.ts'
import { GcsResponseError } from './errors.ts'
import { readObject } from './read-object.ts'

/** Requests a second that a bucket takes from the start. */
const RATES = { read: 5000, write: 1000 }
/** Batches of deletes that are under way at a time. */
const BATCHES = 4
/** Above those rates, the load may double every 20 minutes. */
const DOUBLING_MS = 20 * 60_000

/**
 * A store in a bucket of Google Cloud Storage. Endpoint and credentials are found as all of Google's clients find them: STORAGE_EMULATOR_HOST, else
 * the application default credentials. The service lets one key be the folder of another, which {@link Store} forbids: there it cannot be refused.
 */
export class GcsStore implements Store {
  readonly url: string
  readonly #bucket: string
  readonly #root: string
  readonly #requests: Requests
  #loaded: Promise<ObjectCalls> | undefined
  /** True once the bucket has answered: until then a missing object may mean that there is no bucket. */
  #isBucketKnown = false

  /**
   * @param prefix key prefix that is this store's root; '' for the bucket
   * @param settings instead of the defaults and what the environment says
   */
  constructor(bucket: string, prefix = '', settings: Partial<RequestSettings> = {}) {
    this.url = objectUrl(`gs://${bucket}`, prefix)
    this.#bucket = bucket
    this.#root = prefix === '' ? '' : `${prefix}/`
    this.#requests = new Requests({
      storeUrl: this.url,
      settings: requestSettings(settings),
      rates: RATES,
      doublingMs: DOUBLING_MS,
      classify: (error) => classify(error, bucket),
    })
  }

  async get(key: string, { range, into, signal }: GetOptions = {}): Promise<Uint8Array | undefined> {
    const name = this.#full(key, signal)
    const header = range && rangeHeader(range)
    // HTTP has no way to ask for no bytes.
    if (range !== undefined && header === undefined) return (await this.stat(key, { signal })) && new Uint8Array(0)
    return await this.#ifThere(
      { kind: 'read', key, operation: 'read', signal },
      async (calls, attempt, { progress }): Promise<Uint8Array> => {
        try {
          const found = await calls.read(name, header, attempt)
          return await readObject(found, { range, into, signal: attempt, progress })
        } catch (error) {
          if (error instanceof GcsResponseError && error.status === 416) return new Uint8Array(0)
          throw error
        }
      },
    )
  }

  async put(key: string, bytes: Uint8Array, { ifAbsent = false, signal }: PutOptions = {}): Promise<boolean> {
    const name = this.#full(key, signal)
    const calls = await this.#calls()
    const checksum = crc32c(bytes)
    const request = { kind: 'write', key, operation: 'write', bytes: bytes.length, signal } as const
    return await this.#requests.send(request, async (attempt, { number }) => {
      try {
        await calls.insert(name, bytes, { checksum, ifAbsent, signal: attempt })
      } catch (error) {
        const { kind } = classify(error, this.#bucket)
        if (kind === 'missing') throw this.#noBucket(request)
        if (!ifAbsent || kind !== 'exists') throw error
        this.#isBucketKnown = true
        if (number === 1) return false
        // It may have been the attempt before this one, whose answer was lost: then the object is ours.
        const found = await calls.facts(name, attempt)
        return found.bytes === bytes.length && found.crc32c === encodeChecksum(checksum)
      }
      this.#isBucketKnown = true
      return true
    })
  }

  async stat(key: string, { signal }: CallOptions = {}): Promise<{ readonly bytes: number } | undefined> {
    const name = this.#full(key, signal)
    const request = { kind: 'read', key, operation: 'look at', signal } as const
    const facts = await this.#ifThere(request, (calls, attempt) => calls.facts(name, attempt))
    return facts && { bytes: facts.bytes }
  }

  async delete(key: string, { signal }: CallOptions = {}): Promise<void> {
    const name = this.#full(key, signal)
    const request = { kind: 'delete', key, operation: 'delete', signal } as const
    await this.#ifThere(request, (calls, attempt) => calls.remove(name, attempt))
  }

  async deleteAll(keys: Iterable<string> | AsyncIterable<string>, { signal }: CallOptions = {}): Promise<void> {
    await forEachLimit(inBatches(keys, LARGEST_BATCH), BATCHES, (batch) => this.#deleteBatch(batch, signal))
  }

  async *list(
    prefix: string,
    { signal }: CallOptions = {},
  ): AsyncGenerator<{ readonly key: string; readonly bytes: number }> {
    checkPrefix(prefix, this.url)
    signal?.throwIfAborted()
    const calls = await this.#calls()
    const request = { kind: 'list', key: prefix, operation: 'list', signal } as const
    let next: string | undefined
    do {
      const from = next
      const page: ListPage = await this.#requests.send(request, async (attempt) => {
        try {
          return await calls.list(this.#root + prefix, attempt, from)
        } catch (error) {
          throw classify(error, this.#bucket).kind === 'missing' ? this.#noBucket(request) : error
        }
      })
      this.#isBucketKnown = true
      for (const { name, bytes } of page.objects) {
        signal?.throwIfAborted()
        const key = name.slice(this.#root.length)
        // Other tools put empty objects in the place of folders, and take names that no file could have.
        if (isKey(key)) yield { key, bytes }
      }
      next = page.next
    } while (next !== undefined)
  }

  async location({ signal }: CallOptions = {}): Promise<StorePlace | undefined> {
    const calls = await this.#calls()
    // A server that stands in says nothing of where it stands.
    if (calls.standIn !== undefined) return { cloud: 'gcp', standIn: calls.standIn }
    // Who may use objects need not be allowed to ask for the bucket.
    const region = await calls.bucketLocation(signal ?? new AbortController().signal).catch(() => undefined)
    return { cloud: 'gcp', region }
  }

  async close(): Promise<void> {
    this.#loaded = undefined
  }

  /** Removes one batch; what could not be removed in passing goes into the next attempt. */
  async #deleteBatch(keys: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    let left = keys.map((key) => this.#full(key, signal))
    const calls = await this.#calls()
    const request = { kind: 'delete', key: keys[0] ?? '', operation: 'delete', signal } as const
    await this.#requests.send(request, async (attempt) => {
      const failed = await calls.removeBatch(left, attempt)
      left = [...failed.keys()]
      const [first] = failed
      if (first !== undefined)
        throw new GcsResponseError(`HTTP status ${first[1]} for ${first[0]}`, { status: first[1] })
    })
  }

  /** Sends a request for one object; `undefined` when there is none. @throws StoreSetupError when there is no bucket */
  async #ifThere<T>(
    request: RemoteRequest,
    attempt: (calls: ObjectCalls, signal: AbortSignal, info: AttemptInfo) => Promise<T>,
  ): Promise<T | undefined> {
    const calls = await this.#calls()
    return await this.#requests.send(request, async (signal, info) => {
      try {
        const result = await attempt(calls, signal, info)
        this.#isBucketKnown = true
        return result
      } catch (error) {
        if (classify(error, this.#bucket).kind !== 'missing') throw error
      }
      if (!this.#isBucketKnown) await this.#findBucket(calls, request, signal)
      return undefined
    })
  }

  /** Asks for the bucket by a listing, which those may do who may read and write objects. */
  async #findBucket(calls: ObjectCalls, request: RemoteRequest, signal: AbortSignal): Promise<void> {
    try {
      await calls.list(this.#root, signal, undefined, 1)
    } catch (error) {
      const { kind } = classify(error, this.#bucket)
      if (kind === 'missing') throw this.#noBucket(request)
      if (kind !== 'forbidden') throw error
    }
    this.#isBucketKnown = true
  }

  #noBucket({ operation, key }: RemoteRequest): StoreSetupError {
    return new StoreSetupError(noBucket(this.#bucket), { operation, url: objectUrl(this.url, key) })
  }

  #calls(): Promise<ObjectCalls> {
    this.#loaded ??= GcsClient.load(this.url).then(
      (client) => new ObjectCalls(client, this.#bucket),
      (error: unknown) => {
        this.#loaded = undefined
        throw error
      },
    )
    return this.#loaded
  }

  #full(key: string, signal: AbortSignal | undefined): string {
    signal?.throwIfAborted()
    checkKey(key, this.url)
    return this.#root + key
  }
}
