import { excerpt, FileFormatError } from '../errors.ts'
import { parseNumpyDtype } from '../npy/dtype.ts'
import { type CodecSpec, decoderOf } from './codecs.ts'
import { extents, type Fail, isRecord, parseFill, unknownCodec } from './fields.ts'
import type { ChunkCodec, ZarrLayout } from './layout.ts'

/** Reads a `.zarray` document (Zarr storage specification, version 2). @throws FileFormatError for what is wrong or not supported */
export function parseZarrV2(name: string, metadata: Readonly<Record<string, unknown>>): ZarrLayout {
  const fail: Fail = (message) => {
    throw new FileFormatError(name, `.zarray: ${message}`)
  }
  if (metadata.zarr_format !== 2) return fail(`zarr_format must be 2, found ${excerpt(String(metadata.zarr_format))}`)
  const shape = extents(metadata.shape, 'shape', 0, fail)
  const chunk = extents(metadata.chunks, 'chunks', 1, fail)
  if (chunk.length !== shape.length) return fail(`chunks has ${chunk.length} dimensions and shape ${shape.length}`)
  const { dtype, dimension_separator: separator = '.' } = metadata
  if (typeof dtype !== 'string')
    return fail('the elements are records (a structured dtype); save the one numeric field that is wanted')
  const element = parseNumpyDtype(dtype)
  if (typeof element === 'string') return fail(element)
  if (separator !== '.' && separator !== '/')
    return fail(`dimension_separator must be . or /, found ${excerpt(String(separator))}`)
  return {
    shape,
    chunk,
    element,
    fill: parseFill(metadata.fill_value ?? 0, element, fail),
    codec: parseCodec(metadata, shape.length, element.littleEndian, dtype, fail),
    shards: [],
    keyOf: (index) => (index.length === 0 ? '0' : index.join(separator)),
  }
}

function parseCodec(
  metadata: Readonly<Record<string, unknown>>,
  rank: number,
  littleEndian: boolean,
  dtype: string,
  fail: Fail,
): ChunkCodec {
  const { order = 'C', compressor = null, filters } = metadata
  if (order !== 'C' && order !== 'F') return fail(`order must be C or F, found ${excerpt(String(order))}`)
  const dimensions = Array.from({ length: rank }, (_, d) => d)
  const filterSpecs = (Array.isArray(filters) ? filters : []).map((filter) => codecSpec(filter, fail))
  const isDelta = filterSpecs[0]?.name === 'delta'
  if (isDelta) checkDelta(filterSpecs[0]!, dtype, fail)
  const bytesFilters = isDelta ? filterSpecs.slice(1) : filterSpecs
  const specs = [...bytesFilters, ...(compressor === null ? [] : [codecSpec(compressor, fail)])].reverse()
  return {
    order: order === 'C' ? dimensions : dimensions.reverse(),
    littleEndian,
    isDelta,
    decoders: specs.map((spec) => ({ name: spec.name, decode: decoderOf(spec) ?? unknownCodec(spec.name, fail) })),
  }
}

function codecSpec(value: unknown, fail: Fail): CodecSpec {
  if (!isRecord(value) || typeof value.id !== 'string') return fail('a compressor or filter has no id')
  return { name: value.id, configuration: value }
}

/** Differences of another type than the elements, or of half precision, round in ways of their own. */
function checkDelta(spec: CodecSpec, dtype: string, fail: Fail): void {
  const { dtype: wanted = dtype, astype = wanted } = spec.configuration
  if (wanted !== dtype || astype !== dtype || dtype.endsWith('f2'))
    fail('the delta filter is supported only within the dtype of the array')
}
