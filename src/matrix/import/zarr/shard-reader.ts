import { crc32c } from '../../../kernels/index.ts'
import { FileFormatError } from '../errors.ts'
import type { ShardLevel, ZarrLayout } from './layout.ts'
import type { ZarrSource } from './source.ts'

/** Both words of an index entry for a chunk that is not stored. */
const emptyEntry = 2n ** 64n - 1n
const indexesInMemory = 16

/** A part of an object. */
interface Extent {
  readonly key: string
  readonly offset: number
  readonly bytes: number
}

/** Finds and reads inner chunks of sharded arrays, each by its byte range (Zarr v3 `sharding_indexed`, nested too). */
export class ShardReader {
  readonly #source: ZarrSource
  readonly #layout: ZarrLayout
  readonly #indexes = new Map<string, Promise<BigUint64Array | undefined>>()

  constructor(source: ZarrSource, layout: ZarrLayout) {
    this.#source = source
    this.#layout = layout
  }

  /** The stored bytes of the innermost chunk at this index of the whole array; undefined when there are none. */
  async read(index: readonly number[], signal?: AbortSignal): Promise<Uint8Array | undefined> {
    const { shards, chunk, keyOf } = this.#layout
    const outer = shards[0]!
    const origin = index.map((i, d) => i * chunk[d]!)
    const key = keyOf(origin.map((element, d) => Math.floor(element / outer.shape[d]!)))
    let place: Extent | undefined
    for (const level of shards) {
      const slots = await this.#index(key, place, level, signal)
      if (!slots) return undefined
      let slot = 0
      for (const [d, extent] of level.shape.entries()) {
        slot = slot * (extent / level.inner[d]!) + Math.floor((origin[d]! % extent) / level.inner[d]!)
      }
      const [offset, bytes] = [slots[2 * slot]!, slots[2 * slot + 1]!]
      if (offset === emptyEntry && bytes === emptyEntry) return undefined
      const end = offset + bytes
      if (end > BigInt(place?.bytes ?? Number.MAX_SAFE_INTEGER))
        throw this.#damaged(key, `its index points to byte ${end}`)
      place = { key, offset: Number(offset) + (place?.offset ?? 0), bytes: Number(bytes) }
    }
    if (!place) return undefined
    const found = await this.#source.get(key, { range: { offset: place.offset, length: place.bytes }, signal })
    if (found?.byteLength !== place.bytes) throw this.#damaged(key, `its index points beyond its end`)
    return found
  }

  #index(
    key: string,
    place: Extent | undefined,
    level: ShardLevel,
    signal?: AbortSignal,
  ): Promise<BigUint64Array | undefined> {
    const name = `${key} ${place?.offset ?? ''}`
    const known = this.#indexes.get(name)
    if (known) return known
    const loading = this.#loadIndex(key, place, level, signal)
    this.#indexes.set(name, loading)
    const [oldest] = this.#indexes.keys()
    if (this.#indexes.size > indexesInMemory && oldest !== undefined) this.#indexes.delete(oldest)
    return loading
  }

  async #loadIndex(
    key: string,
    place: Extent | undefined,
    level: ShardLevel,
    signal?: AbortSignal,
  ): Promise<BigUint64Array | undefined> {
    const chunks = level.shape.reduce((product, extent, d) => product * (extent / level.inner[d]!), 1)
    const wanted = 16 * chunks + (level.indexHasChecksum ? 4 : 0)
    if (place && place.bytes < wanted) throw this.#damaged(key, 'a shard inside is shorter than its index')
    const start = level.indexAtStart ? 0 : place && place.bytes - wanted
    const range = start === undefined ? { suffix: wanted } : { offset: start + (place?.offset ?? 0), length: wanted }
    const bytes = await this.#source.get(key, { range, signal })
    if (!bytes) return undefined
    if (bytes.byteLength !== wanted)
      throw this.#damaged(key, `its index is ${bytes.byteLength} bytes long, wanted ${wanted}`)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (level.indexHasChecksum && crc32c(bytes.subarray(0, wanted - 4)) !== view.getUint32(wanted - 4, true)) {
      throw this.#damaged(key, 'the checksum of its index is wrong')
    }
    return BigUint64Array.from({ length: 2 * chunks }, (_, i) => view.getBigUint64(8 * i, level.indexLittleEndian))
  }

  #damaged(key: string, reason: string): FileFormatError {
    return new FileFormatError(this.#source.name, `shard ${key} is damaged: ${reason}`)
  }
}
