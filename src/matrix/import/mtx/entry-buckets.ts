import { appendFile, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeScratchFolder } from '../scratch-folder.ts'
import { writeFailure } from '../write-failure.ts'

/** Entries kept in memory, of all buckets together (24 bytes each), before they go to disk. */
const entriesInMemory = 2 ** 20
const fieldsPerEntry = 3
const readEntries = 2 ** 17

/** Sorts (row, column, value) into numbered buckets, in memory and, beyond a limit, in one temporary file a bucket. */
export class EntryBuckets {
  readonly #parent: string | undefined
  #folder: string | undefined
  readonly #buffers = new Map<number, { data: Float64Array; used: number }>()
  readonly #spilled = new Set<number>()
  #held = 0

  /** @param parent the folder in which a temporary folder is made, if one is needed. @default the system's */
  constructor(parent?: string) {
    this.#parent = parent
  }

  /** True when {@link flush} is due. */
  get isFull(): boolean {
    return this.#held >= entriesInMemory
  }

  add(bucket: number, row: number, col: number, value: number): void {
    let buffer = this.#buffers.get(bucket)
    if (!buffer) {
      buffer = { data: new Float64Array(64 * fieldsPerEntry), used: 0 }
      this.#buffers.set(bucket, buffer)
    } else if (buffer.used === buffer.data.length) {
      const larger = new Float64Array(2 * buffer.data.length)
      larger.set(buffer.data)
      buffer.data = larger
    }
    const { data, used } = buffer
    data[used] = row
    data[used + 1] = col
    data[used + 2] = value
    buffer.used = used + fieldsPerEntry
    this.#held++
  }

  /** Moves what is in memory to disk. */
  async flush(): Promise<void> {
    const folder = this.#folder ?? (await makeScratchFolder(this.#parent))
    this.#folder = folder
    for (const [bucket, { data, used }] of this.#buffers) {
      await appendFile(this.#fileOf(bucket), new Uint8Array(data.buffer, 0, used * 8)).catch((cause: unknown) => {
        throw writeFailure(folder, cause)
      })
      this.#spilled.add(bucket)
    }
    this.#buffers.clear()
    this.#held = 0
  }

  /** The entries of a bucket in the order of {@link add}, as pieces of (row, column, value) triples; a piece is valid until the next. */
  async *read(bucket: number): AsyncGenerator<Float64Array, void, undefined> {
    if (this.#spilled.has(bucket)) {
      await using handle = await open(this.#fileOf(bucket), 'r')
      const { size } = await handle.stat()
      const buffer = new Float64Array(readEntries * fieldsPerEntry)
      const bytes = new Uint8Array(buffer.buffer)
      for (let position = 0; position < size; ) {
        const wanted = Math.min(bytes.byteLength, size - position)
        let filled = 0
        while (filled < wanted)
          filled += (await handle.read(bytes, filled, wanted - filled, position + filled)).bytesRead
        yield buffer.subarray(0, wanted / 8)
        position += wanted
      }
    }
    const buffer = this.#buffers.get(bucket)
    if (buffer) yield buffer.data.subarray(0, buffer.used)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true })
  }

  #fileOf(bucket: number): string {
    return join(this.#folder ?? '', String(bucket))
  }
}
