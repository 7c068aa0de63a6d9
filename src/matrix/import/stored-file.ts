import { objectUrl, type Store } from '../../storage/index.ts'
import { forEachLimit } from '../../util/index.ts'
import { FileFormatError } from './errors.ts'
import type { SourceFile } from './source-file.ts'

/** Ranges of one read that are asked for at the same time. */
const RANGES_IN_FLIGHT = 16
/** Longer reads are cut into ranges of this many bytes: one stream of an object store is slower than the network. */
const RANGE_BYTES = 2 ** 20

/** An object of a store as a file, read by ranges. */
export class StoredFile implements SourceFile {
  readonly name: string
  readonly bytes: number
  readonly #store: Store
  readonly #key: string
  readonly #signal: AbortSignal | undefined

  private constructor(store: Store, key: string, bytes: number, signal: AbortSignal | undefined) {
    this.name = objectUrl(store.url, key)
    this.bytes = bytes
    this.#store = store
    this.#key = key
    this.#signal = signal
  }

  /** `undefined` when there is no such object. The store stays the caller's. @throws FileFormatError when it is empty */
  static async open(store: Store, key: string, signal?: AbortSignal): Promise<StoredFile | undefined> {
    const found = await store.stat(key, { signal })
    if (found === undefined) return undefined
    if (found.bytes === 0) throw new FileFormatError(objectUrl(store.url, key), 'the file is empty')
    return new StoredFile(store, key, found.bytes, signal)
  }

  read(into: Uint8Array, position: number): Promise<void> {
    return this.#readRanges(into, position, RANGE_BYTES, RANGE_BYTES)
  }

  readPieces(into: Uint8Array, position: number, pieceBytes: number, step: number): Promise<void> {
    return this.#readRanges(into, position, pieceBytes, step)
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #readRanges(into: Uint8Array, position: number, rangeBytes: number, step: number): Promise<void> {
    const starts = Array.from({ length: Math.ceil(into.byteLength / rangeBytes) }, (_, i) => i * rangeBytes)
    await forEachLimit(starts, RANGES_IN_FLIGHT, async (start) => {
      const part = into.subarray(start, start + rangeBytes)
      const range = { offset: position + (start / rangeBytes) * step, length: part.byteLength }
      const got = await this.#store.get(this.#key, { range, into: part, signal: this.#signal })
      if (got?.byteLength !== part.byteLength) {
        throw new FileFormatError(
          this.name,
          `there is less of it than its ${this.bytes} bytes; was it replaced meanwhile?`,
        )
      }
      if (got !== part) part.set(got)
    })
  }
}
