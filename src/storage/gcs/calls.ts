import { randomUUID } from 'node:crypto'
import { encodeChecksum } from '../remote/checksum.ts'
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

  /** @param range value of a `Range` header */
  read(name: string, range: string | undefined, signal: AbortSignal): Promise<ApiStream> {
    const headers = { 'cache-control': 'no-store', ...(range !== undefined && { range }) }
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
    const found = await this.#client.json({ method: 'GET', path: this.#object(name), query, signal })
    const { size, crc32c } = found as { readonly size: string; readonly crc32c?: string }
    return { bytes: Number(size), crc32c }
  }

  async remove(name: string, signal: AbortSignal): Promise<void> {
    await this.#client.json({ method: 'DELETE', path: this.#object(name), signal })
  }

  /** @param from `next` of the page before; @param most objects on the page, of which the service gives 1,000 at most */
  async list(prefix: string, signal: AbortSignal, from?: string, most = 1000): Promise<ListPage> {
    const query = {
      prefix,
      maxResults: `${most}`,
      fields: 'items(name,size),nextPageToken',
      ...(from !== undefined && { pageToken: from }),
    }
    const page = await this.#client.json({ method: 'GET', path: `/storage/v1/b/${this.#bucket}/o`, query, signal })
    const { items = [], nextPageToken } = page as {
      readonly items?: readonly { readonly name: string; readonly size: string }[]
      readonly nextPageToken?: string
    }
    return { objects: items.map(({ name, size }) => ({ name, bytes: Number(size) })), next: nextPageToken }
  }

  #object(name: string): string {
    return `/storage/v1/b/${this.#bucket}/o/${encodeURIComponent(name)}`
  }
}
