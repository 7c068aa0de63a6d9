import type { ElementType } from '../elements.ts'
import { excerpt, FileFormatError } from '../errors.ts'
import { parseCodecs } from './codec-chain.ts'
import { extents, type Fail, isRecord, parseFill } from './fields.ts'
import type { ZarrLayout } from './layout.ts'

const dtypes: Readonly<Record<string, Omit<ElementType, 'littleEndian'>>> = {
  bool: { kind: 'bool', bytes: 1 },
  int8: { kind: 'int', bytes: 1 },
  int16: { kind: 'int', bytes: 2 },
  int32: { kind: 'int', bytes: 4 },
  int64: { kind: 'int', bytes: 8 },
  uint8: { kind: 'uint', bytes: 1 },
  uint16: { kind: 'uint', bytes: 2 },
  uint32: { kind: 'uint', bytes: 4 },
  uint64: { kind: 'uint', bytes: 8 },
  float16: { kind: 'float', bytes: 2 },
  float32: { kind: 'float', bytes: 4 },
  float64: { kind: 'float', bytes: 8 },
}

const knownFields = new Set([
  ...['zarr_format', 'node_type', 'shape', 'data_type', 'chunk_grid', 'chunk_key_encoding', 'fill_value', 'codecs'],
  ...['attributes', 'dimension_names', 'storage_transformers', 'consolidated_metadata'],
])

/** Reads the `zarr.json` of an array (Zarr specification, version 3). @throws FileFormatError for what is wrong or not supported */
export function parseZarrV3(name: string, metadata: Readonly<Record<string, unknown>>): ZarrLayout {
  const fail: Fail = (message) => {
    throw new FileFormatError(name, `zarr.json: ${message}`)
  }
  if (metadata.zarr_format !== 3) return fail(`zarr_format must be 3, found ${excerpt(String(metadata.zarr_format))}`)
  checkExtensions(metadata, fail)
  const shape = extents(metadata.shape, 'shape', 0, fail)
  const chunk = parseGrid(metadata.chunk_grid, fail)
  if (chunk.length !== shape.length)
    return fail(`the chunks have ${chunk.length} dimensions and the array ${shape.length}`)
  const dtype = isRecord(metadata.data_type) ? metadata.data_type.name : metadata.data_type
  const element = typeof dtype === 'string' ? dtypes[dtype] : undefined
  if (!element) {
    return fail(
      `data_type ${excerpt(JSON.stringify(dtype) ?? 'missing')} is not supported; real matrices hold ${Object.keys(dtypes).join(', ')}`,
    )
  }
  const chain = parseCodecs(metadata.codecs, chunk, element.bytes, fail)
  const typed = { ...element, littleEndian: chain.codec.littleEndian }
  return {
    shape,
    chunk: chain.chunk,
    element: typed,
    fill: parseFill(metadata.fill_value, typed, fail),
    codec: chain.codec,
    shards: chain.shards,
    keyOf: parseKeyEncoding(metadata.chunk_key_encoding, fail),
  }
}

/** A field that is not known must be understood unless it says otherwise. */
function checkExtensions(metadata: Readonly<Record<string, unknown>>, fail: Fail): void {
  for (const [key, value] of Object.entries(metadata)) {
    if (!knownFields.has(key) && !(isRecord(value) && value.must_understand === false)) {
      fail(`the field ${excerpt(key)} is not known, so the array cannot be read safely`)
    }
  }
  const transformers = metadata.storage_transformers
  if (Array.isArray(transformers) && transformers.length > 0) fail('storage transformers are not supported')
}

function parseGrid(grid: unknown, fail: Fail): number[] {
  if (!isRecord(grid) || grid.name !== 'regular' || !isRecord(grid.configuration))
    return fail('only a regular chunk_grid is supported')
  return extents(grid.configuration.chunk_shape, 'chunk_shape', 1, fail)
}

function parseKeyEncoding(encoding: unknown, fail: Fail): (index: readonly number[]) => string {
  const record = typeof encoding === 'string' ? { name: encoding } : encoding
  if (!isRecord(record)) return fail('chunk_key_encoding is missing')
  const configuration = isRecord(record.configuration) ? record.configuration : {}
  const name = record.name
  if (name !== 'default' && name !== 'v2') return fail(`chunk_key_encoding ${excerpt(String(name))} is not supported`)
  const separator = configuration.separator ?? (name === 'v2' ? '.' : '/')
  if (separator !== '.' && separator !== '/') return fail('the separator of chunk_key_encoding must be . or /')
  if (name === 'v2') return (index) => (index.length === 0 ? '0' : index.join(separator))
  return (index) => ['c', ...index].join(separator)
}
