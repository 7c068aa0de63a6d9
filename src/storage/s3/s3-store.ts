import type { GetObjectCommandOutput, ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import { StoreSetupError } from '../errors.ts'
import { checkKey, checkPrefix, isKey, objectUrl } from '../key.ts'
import { inBatches } from '../remote/batches.ts'
import { crc32c, encodeChecksum } from '../remote/checksum.ts'
import { WrongBytesError } from '../remote/failure.ts'
import { rangeHeader } from '../remote/range-header.ts'
import { type AttemptInfo, Requests } from '../remote/requests.ts'
import { type RequestSettings, requestSettings } from '../remote/settings.ts'
import type { CallOptions, GetOptions, PutOptions, Store, StorePlace } from '../store.ts'
import { classify } from './classify.ts'
import { type LoadedSdk, loadClient } from './client.ts'
import { DELETE_BATCH, deleteBatch } from './delete-batch.ts'
import { lengthOf, readReply } from './read-reply.ts'

/** The part of an error of the SDK that says where a bucket is. */
interface Refusal {
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> }
}

/** What S3 takes in one put: 5 GiB. */
const LARGEST_PUT = 5 * 2 ** 30
/** What S3 promises for each prefix, requests a second. */
const RATES = { read: 5500, write: 3500 }

/**
 * A store in a bucket of S3, or of anything that speaks its protocol. Credentials, region and endpoint are those of the AWS tools' environment and profiles.
 * S3 itself lets one key be the folder of another, which {@link Store} forbids: servers over file systems refuse it, S3 cannot.
 */
export class S3Store implements Store {
  readonly url: string
  readonly #bucket: string
  readonly #root: string
  readonly #settings: RequestSettings
  readonly #requests: Requests
  #loaded: Promise<LoadedSdk> | undefined
  /** True once the bucket has answered: until then a plain 404 may mean that there is none. */
  #isBucketKnown = false

  /**
   * @param prefix key prefix that is this store's root; '' for the bucket
   * @param settings instead of the defaults and what the environment says
   */
  constructor(bucket: string, prefix = '', settings: Partial<RequestSettings> = {}) {
    this.url = objectUrl(`s3://${bucket}`, prefix)
    this.#bucket = bucket
    this.#root = prefix === '' ? '' : `${prefix}/`
    this.#settings = requestSettings(settings)
    this.#requests = new Requests({
      storeUrl: this.url,
      settings: this.#settings,
      rates: RATES,
      classify: (error) => classify(error, bucket),
    })
  }

  async get(key: string, { range, into, signal }: GetOptions = {}): Promise<Uint8Array | undefined> {
    const Key = this.#full(key, signal)
    const Range = range && rangeHeader(range)
    // HTTP has no way to ask for no bytes.
    if (range !== undefined && Range === undefined) return (await this.stat(key, { signal })) && new Uint8Array(0)
    const { sdk, client } = await this.#sdk()
    return this.#requests.send({ kind: 'read', key, operation: 'read', signal }, async (abortSignal, { progress }) => {
      const command = new sdk.GetObjectCommand({ Bucket: this.#bucket, Key, Range })
      let found: GetObjectCommandOutput
      try {
        found = await client.send(command, { abortSignal })
      } catch (error) {
        if ((error as Error).name === 'InvalidRange') return new Uint8Array(0)
        return this.#unlessMissing(error)
      }
      this.#isBucketKnown = true
      return readReply(found, { range, into, signal: abortSignal, progress })
    })
  }

  async put(key: string, bytes: Uint8Array, { ifAbsent = false, signal }: PutOptions = {}): Promise<boolean> {
    const Key = this.#full(key, signal)
    if (bytes.length > LARGEST_PUT) throw this.#tooLarge(key, bytes.length)
    const { sdk, client } = await this.#sdk()
    const checksum = crc32c(bytes)
    const input = {
      Bucket: this.#bucket,
      Key,
      Body: bytes,
      ContentLength: bytes.length,
      ChecksumCRC32C: encodeChecksum(checksum),
      ...(ifAbsent && { IfNoneMatch: '*' }),
    }
    const send = async (abortSignal: AbortSignal, { number, progress }: AttemptInfo): Promise<boolean> => {
      try {
        await client.send(new sdk.PutObjectCommand(input), { abortSignal })
        return true
      } catch (error) {
        if (!ifAbsent || classify(error, this.#bucket).kind !== 'exists') throw error
        // It may have been the attempt before this one, whose answer was lost: then the object is ours.
        return number > 1 && (await this.#holds(Key, bytes.length, checksum, abortSignal, progress))
      }
    }
    const stored = await this.#requests.send(
      { kind: 'write', key, operation: 'write', bytes: bytes.length, signal },
      send,
    )
    this.#isBucketKnown = true
    return stored
  }

  async stat(key: string, { signal }: CallOptions = {}): Promise<{ readonly bytes: number } | undefined> {
    const Key = this.#full(key, signal)
    const { sdk, client } = await this.#sdk()
    const send = async (abortSignal: AbortSignal): Promise<{ readonly bytes: number } | undefined> => {
      try {
        const found = await client.send(new sdk.HeadObjectCommand({ Bucket: this.#bucket, Key }), { abortSignal })
        this.#isBucketKnown = true
        return { bytes: lengthOf(found) }
      } catch (error) {
        if (this.#isBucketKnown || classify(error, this.#bucket).kind !== 'missing') return this.#unlessMissing(error)
      }
      // The answer to HEAD has no body that would tell a missing object from a missing bucket.
      try {
        const found = await client.send(new sdk.GetObjectCommand({ Bucket: this.#bucket, Key }), { abortSignal })
        ;(found.Body as unknown as { destroy(): void }).destroy()
        return { bytes: lengthOf(found) }
      } catch (error) {
        return this.#unlessMissing(error)
      }
    }
    return this.#requests.send({ kind: 'read', key, operation: 'look at', signal }, send)
  }

  async delete(key: string, { signal }: CallOptions = {}): Promise<void> {
    const Key = this.#full(key, signal)
    const { sdk, client } = await this.#sdk()
    await this.#requests.send({ kind: 'delete', key, operation: 'delete', signal }, async (abortSignal) => {
      try {
        await client.send(new sdk.DeleteObjectCommand({ Bucket: this.#bucket, Key }), { abortSignal })
      } catch (error) {
        await this.#unlessMissing(error)
      }
    })
  }

  async deleteAll(keys: Iterable<string> | AsyncIterable<string>, { signal }: CallOptions = {}): Promise<void> {
    for await (const batch of inBatches(keys, DELETE_BATCH)) {
      await this.#deleteBatch(batch, signal)
    }
  }

  async *list(
    prefix: string,
    { signal }: CallOptions = {},
  ): AsyncGenerator<{ readonly key: string; readonly bytes: number }> {
    checkPrefix(prefix, this.url)
    signal?.throwIfAborted()
    const { sdk, client } = await this.#sdk()
    let ContinuationToken: string | undefined
    do {
      const input = { Bucket: this.#bucket, Prefix: this.#root + prefix, ContinuationToken }
      const page: ListObjectsV2CommandOutput = await this.#requests.send(
        { kind: 'list', key: prefix, operation: 'list', signal },
        async (abortSignal) => {
          const found = await client.send(new sdk.ListObjectsV2Command(input), { abortSignal })
          // The SDK takes an empty answer for an empty listing.
          if (found.IsTruncated === undefined) throw new WrongBytesError('transient', 'the listing is cut off')
          return found
        },
      )
      this.#isBucketKnown = true
      for (const { Key = '', Size = 0 } of page.Contents ?? []) {
        signal?.throwIfAborted()
        const key = Key.slice(this.#root.length)
        // Other tools put empty objects in the place of folders, and take names that no file could have.
        if (isKey(key)) yield { key, bytes: Size }
      }
      ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined
    } while (ContinuationToken !== undefined)
  }

  async location({ signal }: CallOptions = {}): Promise<StorePlace | undefined> {
    const { sdk, client, endpoint, region } = await this.#sdk()
    // Another server than AWS's own says nothing of where it stands.
    if (endpoint !== undefined) return region === undefined ? undefined : { cloud: 'aws', region, standIn: endpoint }
    try {
      const command = new sdk.HeadBucketCommand({ Bucket: this.#bucket })
      const found = await client.send(command, signal === undefined ? {} : { abortSignal: signal })
      return { cloud: 'aws', region: found.BucketRegion }
    } catch (error) {
      // Who may use objects need not be allowed to ask for the bucket; the refusal names its region all the same.
      const region = (error as Refusal).$response?.headers?.['x-amz-bucket-region']
      return region === undefined ? { cloud: 'aws' } : { cloud: 'aws', region }
    }
  }

  async close(): Promise<void> {
    const loaded = await this.#loaded?.catch(() => undefined)
    this.#loaded = undefined
    loaded?.client.destroy()
  }

  /** Removes one batch; what the service could not remove in passing goes into the next attempt. */
  async #deleteBatch(keys: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    const left = new Set(keys.map((key) => this.#full(key, signal)))
    const loaded = await this.#sdk()
    const request = { kind: 'delete', key: keys[0] ?? '', operation: 'delete', signal } as const
    await this.#requests.send(request, (abortSignal) => deleteBatch(loaded, this.#bucket, left, abortSignal))
  }

  /** True when the object at the key is these bytes, by length and checksum. */
  async #holds(
    Key: string,
    length: number,
    checksum: number,
    signal: AbortSignal,
    progress: () => void,
  ): Promise<boolean> {
    const { sdk, client } = await this.#sdk()
    const found = await client.send(new sdk.GetObjectCommand({ Bucket: this.#bucket, Key }), { abortSignal: signal })
    const there = await readReply(found, { signal, progress })
    return there.length === length && crc32c(there) === checksum
  }

  /** `undefined` for an error that says that there is no such object; throws any other. */
  #unlessMissing(error: unknown): undefined {
    if (classify(error, this.#bucket).kind !== 'missing') throw error
    this.#isBucketKnown = true
    return undefined
  }

  #sdk(): Promise<LoadedSdk> {
    this.#loaded ??= loadClient(this.url, this.#settings).catch((error: unknown) => {
      this.#loaded = undefined
      throw error
    })
    return this.#loaded
  }

  #tooLarge(key: string, bytes: number): StoreSetupError {
    const problem = `it has ${bytes} bytes, and S3 takes at most ${LARGEST_PUT} (5 GiB) in one piece; use smaller tiles`
    return new StoreSetupError(problem, { operation: 'write', url: objectUrl(this.url, key) })
  }

  #full(key: string, signal: AbortSignal | undefined): string {
    signal?.throwIfAborted()
    checkKey(key, this.url)
    return this.#root + key
  }
}
