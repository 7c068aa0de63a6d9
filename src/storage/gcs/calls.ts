import { randomUUID } from 'node:crypto'
import { encodeChecksum } from '../remote/checksum.ts'
import { WrongBytesError } from '../remote/failure.ts'
import type { ApiStream, GcsClient } from './client.ts'

/** Size in bytes and CRC32C (as the service writes it) of an object. */
export interface ObjectFacts {
  readonly bytes: number
  readonly crc32c: string | undefined
}

/** One page of a listing; without `next` it is the last. */
export interface ListPage {
  readonly objects: readonly { readonly name: string; readonly bytes: number }[]
  readonly next: string | undefined
}

/** Calls that the service takes in one request. */
export const LARGEST_BATCH = 100

/** What a put sends besides the bytes. */
export interface InsertOptions {
  readonly checksum: number
  readonly ifAbsent: boolean
  readonly signal: AbortSignal
}

/** The calls of the JSON API that a store consists of, for the objects of one bucket. Names are those in the bucket. */
export class ObjectCalls {
  readonly #client: GcsClient
  readonly #bucket: string

  constructor(client: GcsClient, bucket: string) {
    this.#client = client
    this.#bucket = bucket
  }

  /** The address of a server that stands in for the service. */
  get standIn(): string | undefined {
    return this.#client.standIn
  }

  /** The region of the bucket, or the name of several, in small letters. */
  async bucketLocation(signal: AbortSignal): Promise<string | undefined> {
    const path = `/storage/v1/b/${this.#bucket}`
    const found = record(await this.#client.json({ method: 'GET', path, query: { fields: 'location' }, signal }))
    return typeof found.location === 'string' ? found.location.toLowerCase() : undefined
  }

  /** @param range value of a `Range` header */
  read(name: string, range: string | undefined, signal: AbortSignal): Promise<ApiStream> {
    // What others stored compressed is to be unpacked by the service: a range is one of what was compressed.
    const headers = {
      'cache-control': 'no-store',
      'accept-encoding': 'identity',
      ...(range !== undefined && { range }),
    }
    return this.#client.stream({ method: 'GET', path: this.#object(name), query: { alt: 'media' }, headers, signal })
  }

  /** One request with the checksum before the bytes, so that the service compares them and stores nothing else. */
  async insert(name: string, bytes: Uint8Array, { checksum, ifAbsent, signal }: InsertOptions): Promise<void> {
    const boundary = randomUUID()
    const contentType = 'application/octet-stream'
    const facts = JSON.stringify({ crc32c: encodeChecksum(checksum), contentType })
    const parts = [
      `--${boundary}\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${facts}\r\n`,
      `--${boundary}\r\ncontent-type: ${contentType}\r\n\r\n`,
    ]
    await this.#client.json({
      method: 'POST',
      path: `/upload/storage/v1/b/${this.#bucket}/o`,
      query: { uploadType: 'multipart', name, fields: 'size', ...(ifAbsent && { ifGenerationMatch: '0' }) },
      headers: { 'content-type': `multipart/related; boundary=${boundary}` },
      body: [Buffer.from(parts.join('')), bytes, Buffer.from(`\r\n--${boundary}--`)],
      signal,
    })
  }

  async facts(name: string, signal: AbortSignal): Promise<ObjectFacts> {
    const query = { fields: 'size,crc32c' }
    const found = record(await this.#client.json({ method: 'GET', path: this.#object(name), query, signal }))
    return { bytes: size(found), crc32c: typeof found.crc32c === 'string' ? found.crc32c : undefined }
  }

  async remove(name: string, signal: AbortSignal): Promise<void> {
    await this.#client.json({ method: 'DELETE', path: this.#object(name), signal })
  }

  /** Removes up to {@link LARGEST_BATCH} objects by one request. @returns those that are still there, each with the status that its removal got */
  async removeBatch(names: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const boundary = randomUUID()
    const parts = names.map(
      (name, at) =>
        `--${boundary}\r\ncontent-type: application/http\r\ncontent-id: <${at}>\r\n\r\nDELETE ${this.#object(name)} HTTP/1.1\r\n\r\n\r\n`,
    )
    const text = await this.#client.text({
      method: 'POST',
      path: '/batch/storage/v1',
      headers: { 'content-type': `multipart/mixed; boundary=${boundary}` },
      body: [Buffer.from(`${parts.join('')}--${boundary}--`)],
      signal,
    })
    // Each part of the answer names the part that it answers, and holds an answer of HTTP.
    const answers = text.matchAll(/^content-id:\s*<response-([0-9]+)>[\s\S]*?^HTTP\/[0-9.]+ ([0-9]{3})/gim)
    const statuses = new Map([...answers].map(([, at, status]) => [Number(at), Number(status)]))
    if (statuses.size < names.length) throw unexpected()
    const isGone = (status: number): boolean => status < 300 || status === 404
    return new Map(
      names.map((name, at) => [name, statuses.get(at) ?? 0] as const).filter(([, status]) => !isGone(status)),
    )
  }

  /** @param from `next` of the page before; @param most objects on the page, of which the service gives 1,000 at most */
  async list(prefix: string, signal: AbortSignal, from?: string, most = 1000): Promise<ListPage> {
    const query = {
      prefix,
      maxResults: `${most}`,
      fields: 'items(name,size),nextPageToken',
      ...(from !== undefined && { pageToken: from }),
    }
    const path = `/storage/v1/b/${this.#bucket}/o`
    const { items = [], nextPageToken } = record(await this.#client.json({ method: 'GET', path, query, signal }))
    if (!Array.isArray(items)) throw unexpected()
    const objects = items.map(record).map((item) => ({ name: String(item.name), bytes: size(item) }))
    return { objects, next: typeof nextPageToken === 'string' ? nextPageToken : undefined }
  }

  #object(name: string): string {
    return `/storage/v1/b/${this.#bucket}/o/${encodeURIComponent(name)}`
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw unexpected()
  return value as Readonly<Record<string, unknown>>
}

/** The API writes 64-bit numbers as text. */
function size({ size }: Readonly<Record<string, unknown>>): number {
  if (!/^[0-9]{1,15}$/.test(String(size))) throw unexpected()
  return Number(size)
}

const unexpected = (): WrongBytesError =>
  new WrongBytesError('transient', 'the answer does not hold what was asked for')
