import type { ElementType } from '../elements.ts'
import type { Decoder } from './codecs.ts'

/** How an array of numbers becomes the bytes of one object (or inner chunk), reduced to what reading needs. */
export interface ChunkCodec {
  /** Stored dimension d is dimension `order[d]` of the chunk; the stored array is row-major. */
  readonly order: readonly number[]
  readonly littleEndian: boolean
  /** Each element after the first is stored as its difference from the one before. */
  readonly isDelta: boolean
  /** Bytes-to-bytes codecs, in the order in which they are undone. */
  readonly decoders: readonly { readonly name: string; readonly decode: Decoder }[]
}

/** A level of sharding: an object that holds inner chunks and an index of them (Zarr v3 `sharding_indexed`). */
export interface ShardLevel {
  /** Extent of the object. */
  readonly shape: readonly number[]
  /** Extent of the chunks inside. */
  readonly inner: readonly number[]
  readonly indexAtStart: boolean
  readonly indexLittleEndian: boolean
  readonly indexHasChecksum: boolean
}

/** A foreign Zarr array of real numbers, v2 or v3. */
export interface ZarrLayout {
  readonly shape: readonly number[]
  /** Extent of what is decoded at once: the chunk, or the innermost chunk of a shard. */
  readonly chunk: readonly number[]
  readonly element: ElementType
  readonly fill: number
  readonly codec: ChunkCodec
  /** From the outside in; empty without sharding. */
  readonly shards: readonly ShardLevel[]
  /** Key of the object at this index of the outermost grid. */
  readonly keyOf: (index: readonly number[]) => string
}
