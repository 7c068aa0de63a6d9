import { type Numbers, viewElements } from '../elements.ts'
import { FileFormatError } from '../errors.ts'
import type { ZarrLayout } from './layout.ts'
import { ShardReader } from './shard-reader.ts'
import type { ZarrSource } from './source.ts'

/** The elements of a chunk; element (i, j, ...) lies at the sum of index times stride. */
export interface Chunk {
  readonly numbers: Numbers
  readonly strides: readonly number[]
}

/** Decoded chunks that are kept because the next tiles may need them again. */
const cacheBytes = 96 * 2 ** 20

/** Reads, checks and decodes the (innermost) chunks of a Zarr array, and remembers the latest. */
export class ChunkReader {
  readonly #source: ZarrSource
  readonly #layout: ZarrLayout
  readonly #shards: ShardReader
  readonly #strides: readonly number[]
  readonly #elements: number
  readonly #signal: AbortSignal | undefined
  readonly #cache = new Map<string, Promise<Chunk | undefined>>()
  readonly #cacheLimit: number

  constructor(source: ZarrSource, layout: ZarrLayout, signal?: AbortSignal) {
    this.#source = source
    this.#layout = layout
    this.#signal = signal
    this.#shards = new ShardReader(source, layout)
    this.#elements = layout.chunk.reduce((product, extent) => product * extent, 1)
    const strides: number[] = layout.chunk.map(() => 0)
    let stride = 1
    for (const dimension of layout.codec.order.toReversed()) {
      strides[dimension] = stride
      stride *= layout.chunk[dimension]!
    }
    this.#strides = strides
    this.#cacheLimit = Math.max(4, Math.floor(cacheBytes / (this.#elements * Math.max(4, layout.element.bytes))))
  }

  /** The chunk at this index, or undefined where nothing is stored (all fill value). @throws FileFormatError when its bytes are wrong */
  read(index: readonly number[]): Promise<Chunk | undefined> {
    const key = index.join()
    const known = this.#cache.get(key)
    if (known) this.#cache.delete(key)
    const chunk = known ?? this.#load(index)
    this.#cache.set(key, chunk)
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size <= this.#cacheLimit) break
      this.#cache.delete(oldest)
    }
    return chunk
  }

  async #load(index: readonly number[]): Promise<Chunk | undefined> {
    const { codec, element, shards, keyOf } = this.#layout
    const stored =
      shards.length > 0
        ? await this.#shards.read(index, this.#signal)
        : await this.#source.get(keyOf(index), { signal: this.#signal })
    if (!stored) return undefined
    const where = shards.length > 0 ? `inner chunk [${index}]` : `chunk ${keyOf(index)}`
    const wanted = this.#elements * element.bytes
    let bytes = stored
    for (const { name, decode } of codec.decoders) {
      try {
        bytes = await decode(bytes, wanted + slack)
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause)
        // biome-ignore lint/style/useErrorCause: it is passed, as the third argument
        throw new FileFormatError(this.#source.name, `${where} is damaged (${name}: ${reason})`, { cause })
      }
    }
    if (bytes.byteLength !== wanted) {
      throw new FileFormatError(this.#source.name, `${where} holds ${bytes.byteLength} bytes, wanted ${wanted}`)
    }
    const numbers = viewElements(bytes, element)
    if (codec.isDelta) for (let i = 1; i < numbers.length; i++) numbers[i] = numbers[i - 1]! + numbers[i]!
    return { numbers, strides: this.#strides }
  }
}

/** A checksum or frame inside a compressed chunk may add this much. */
const slack = 2 ** 16
