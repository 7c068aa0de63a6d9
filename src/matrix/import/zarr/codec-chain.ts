import { excerpt } from '../errors.ts'
import { type CodecSpec, decoderOf } from './codecs.ts'
import { extents, type Fail, isRecord, unknownCodec } from './fields.ts'
import type { ChunkCodec, ShardLevel } from './layout.ts'

/** A chain of codecs reduced to shard levels and the codec of the innermost chunk. */
export interface CodecChain {
  readonly chunk: readonly number[]
  readonly shards: readonly ShardLevel[]
  readonly codec: ChunkCodec
}

/** Reads the `codecs` of a Zarr v3 array (or of a shard): any `transpose`, then `bytes` or `sharding_indexed`, then bytes to bytes. */
export function parseCodecs(value: unknown, chunk: readonly number[], elementBytes: number, fail: Fail): CodecChain {
  const specs = codecSpecs(value, fail)
  const at = specs.findIndex((spec) => spec.name === 'bytes' || spec.name === 'sharding_indexed')
  const middle = specs[at]
  if (!middle) return fail(`the codecs ${specs.map((spec) => spec.name).join(', ')} turn no array into bytes`)
  const before = specs.slice(0, at)
  const after = specs.slice(at + 1)
  if (middle.name === 'sharding_indexed') {
    if (before.length + after.length > 0)
      return fail('codecs around sharding_indexed are not supported; put them into it')
    return parseShard(middle, chunk, elementBytes, fail)
  }
  return {
    chunk,
    shards: [],
    codec: {
      order: before.reduce(
        (order, spec) => transposed(order, spec, fail),
        chunk.map((_, d) => d),
      ),
      littleEndian: isLittleEndian(middle, elementBytes, fail),
      isDelta: false,
      decoders: after
        .map((spec) => ({ name: spec.name, decode: decoderOf(spec) ?? unknownCodec(spec.name, fail) }))
        .reverse(),
    },
  }
}

function codecSpecs(value: unknown, fail: Fail): CodecSpec[] {
  if (!Array.isArray(value)) return fail('codecs must be a list')
  return value.map((codec: unknown) => {
    const record = typeof codec === 'string' ? { name: codec } : codec
    if (!isRecord(record) || typeof record.name !== 'string') return fail('a codec has no name')
    return { name: record.name, configuration: isRecord(record.configuration) ? record.configuration : {} }
  })
}

/** Stored dimension d of a transposition is dimension order[d] of what came before it. */
function transposed(current: readonly number[], spec: CodecSpec, fail: Fail): number[] {
  if (spec.name !== 'transpose') return unknownCodec(spec.name, fail)
  const order = extents(spec.configuration.order, 'the order of transpose', 0, fail)
  if (
    order.length !== current.length ||
    new Set(order).size !== order.length ||
    order.some((d) => d >= current.length)
  ) {
    return fail(
      `the order of transpose must be a permutation of ${current.length} dimensions, found ${excerpt(order.join(', '))}`,
    )
  }
  return order.map((d) => current[d]!)
}

function isLittleEndian(spec: CodecSpec, elementBytes: number, fail: Fail): boolean {
  const endian = spec.configuration.endian ?? (elementBytes === 1 ? 'little' : undefined)
  if (endian !== 'little' && endian !== 'big')
    return fail(`endian must be little or big, found ${excerpt(String(endian))}`)
  return endian === 'little'
}

function parseShard(spec: CodecSpec, shape: readonly number[], elementBytes: number, fail: Fail): CodecChain {
  const {
    chunk_shape: innerShape,
    codecs,
    index_codecs: indexCodecs,
    index_location: location = 'end',
  } = spec.configuration
  const inner = extents(innerShape, 'chunk_shape of sharding_indexed', 1, fail)
  if (inner.length !== shape.length || shape.some((extent, d) => extent % inner[d]! !== 0)) {
    return fail(`shards of ${shape.join('x')} cannot be cut into chunks of ${inner.join('x')}`)
  }
  if (location !== 'start' && location !== 'end')
    return fail(`index_location must be start or end, found ${excerpt(String(location))}`)
  const [bytes, checksum, ...more] = codecSpecs(indexCodecs, fail)
  if (bytes?.name !== 'bytes' || more.length > 0 || (checksum && checksum.name !== 'crc32c')) {
    return fail('index_codecs other than bytes and crc32c are not supported')
  }
  const level: ShardLevel = {
    shape,
    inner,
    indexAtStart: location === 'start',
    indexLittleEndian: isLittleEndian(bytes, 8, fail),
    indexHasChecksum: checksum !== undefined,
  }
  const chain = parseCodecs(codecs, inner, elementBytes, fail)
  return { ...chain, shards: [level, ...chain.shards] }
}
