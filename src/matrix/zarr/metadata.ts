/** The zarr.json of an array: written as we do, read as far as tiles can be read from it. */

import { z } from 'zod'
import type { Layout, StoredDtype } from '../contract.ts'
import { InvalidMetadataError, UnsupportedArrayError } from '../errors.ts'
import { checkLayout } from '../layout.ts'
import { type ByteCodec, type ChunkCodec, NATIVE_CODEC } from './chunk-codec.ts'
import { type ChunkKeyEncoding, DEFAULT_CHUNK_KEYS } from './chunk-key.ts'
import { decodeFillValue, encodeFillValue } from './fill-value.ts'

/** What a zarr.json says of an array. */
export interface ArrayMetadata {
  readonly layout: Layout
  readonly fillValue: number
  readonly codec: ChunkCodec
  readonly chunkKeys: ChunkKeyEncoding
  /** Our own attributes: what stands under `numpywren`, without the origin. */
  readonly attributes: MatrixAttributes
}

/** Which part of a matrix is stored, and whatever else its maker notes; any JSON. */
export interface MatrixAttributes {
  /** `lower` and `upper`: the other half reads as zeros; `symmetric`: it mirrors the lower half. */
  readonly structure?: 'general' | 'lower' | 'upper' | 'symmetric'
  readonly [name: string]: unknown
}

const extension = z.union([
  z.string().transform((name) => ({ name, configuration: {} as Record<string, unknown> })),
  z.object({ name: z.string(), configuration: z.record(z.string(), z.unknown()).default({}) }),
])

/** Also of what NumPy calls an array. */
const MOST_DIMENSIONS = 64

const schema = z.looseObject({
  zarr_format: z.literal(3),
  node_type: z.literal('array'),
  shape: z.array(z.int().nonnegative()).max(MOST_DIMENSIONS),
  data_type: z.union([z.string(), z.looseObject({ name: z.string() }).transform(({ name }) => name)]),
  chunk_grid: z.object({
    name: z.string(),
    configuration: z.looseObject({ chunk_shape: z.array(z.int().positive()).optional() }),
  }),
  chunk_key_encoding: z.object({
    name: z.enum(['default', 'v2']),
    configuration: z.looseObject({ separator: z.enum(['/', '.']).optional() }).optional(),
  }),
  fill_value: z.unknown(),
  codecs: z.array(extension).min(1),
  storage_transformers: z.array(z.unknown()).max(0, 'storage transformers are not supported').optional(),
  attributes: z
    .looseObject({
      numpywren: z.looseObject({ origin: z.array(z.int()).optional() }).optional(),
    })
    .default({}),
})

/** The JSON text of our own arrays. */
export function encodeMetadata({ layout, fillValue, attributes }: ArrayMetadata): string {
  const { shape, tile, dtype, origin } = layout
  const dimensions = shape.length
  const bytes = { name: 'bytes', configuration: { endian: 'little' } }
  const transpose = (): object => ({ name: 'transpose', configuration: { order: columnMajorOrder(dimensions) } })
  return `${JSON.stringify(
    {
      zarr_format: 3,
      node_type: 'array',
      shape,
      data_type: dtype,
      chunk_grid: { name: 'regular', configuration: { chunk_shape: tile } },
      chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
      fill_value: encodeFillValue(fillValue),
      codecs: [...(dimensions > 1 ? [transpose()] : []), bytes, { name: 'crc32c' }],
      attributes: { numpywren: { ...(origin ? { origin } : {}), ...attributes } },
    },
    null,
    2,
  )}\n`
}

/**
 * Reads and checks a zarr.json.
 * @param url of the array, for messages
 * @throws InvalidMetadataError naming the field; UnsupportedArrayError when only `import` can read the array
 */
export function decodeMetadata(text: string, url: string): ArrayMetadata {
  const found = schema.safeParse(parseJson(text, url))
  if (!found.success) {
    const issue = found.error.issues[0]
    throw new InvalidMetadataError(`${url}/zarr.json`, {
      problem: `${issue?.path.join('.') || 'the document'}: ${issue?.message}`,
    })
  }
  const { shape, data_type, chunk_grid, chunk_key_encoding, fill_value, codecs, attributes } = found.data
  const tile = chunk_grid.configuration.chunk_shape
  if (chunk_grid.name !== 'regular' || tile === undefined) {
    throw new UnsupportedArrayError(url, `its chunk grid is ${chunk_grid.name}, not regular`)
  }
  if (data_type !== 'float64' && data_type !== 'float32' && data_type !== 'int64') {
    throw new UnsupportedArrayError(url, `its elements are ${data_type}, not float64, float32 or int64`)
  }
  const { origin, ...ours } = attributes.numpywren ?? {}
  const layout: Layout = { shape, tile, dtype: data_type, ...(origin ? { origin } : {}) }
  checkOpened(layout, url)
  const { name, configuration } = chunk_key_encoding
  return {
    layout,
    fillValue: requireFillValue(fill_value, data_type, url),
    codec: decodeCodecs(codecs, shape.length, url),
    chunkKeys: {
      name,
      separator: configuration?.separator ?? (name === 'default' ? DEFAULT_CHUNK_KEYS.separator : '.'),
    },
    attributes: ours,
  }
}

/** The `node_type` of a zarr.json, if it can be told. */
export function nodeTypeOf(text: string, url: string): unknown {
  const document = parseJson(text, url)
  return typeof document === 'object' && document !== null && 'node_type' in document ? document.node_type : undefined
}

function parseJson(text: string, url: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new InvalidMetadataError(`${url}/zarr.json`, {
      problem: `it is no JSON (${(cause as Error).message})`,
      cause,
    })
  }
}

function checkOpened(layout: Layout, url: string): void {
  if (layout.tile.slice(0, -2).some((extent) => extent !== 1)) {
    throw new UnsupportedArrayError(url, `its chunks of ${layout.tile.join('x')} are more than one tile deep`)
  }
  try {
    checkLayout(layout)
  } catch (cause) {
    throw new InvalidMetadataError(`${url}/zarr.json`, { problem: (cause as Error).message, cause })
  }
}

function requireFillValue(value: unknown, dtype: StoredDtype, url: string): number {
  const decoded = decodeFillValue(value, dtype)
  if (decoded !== undefined) return decoded
  throw new InvalidMetadataError(`${url}/zarr.json`, { problem: `fill_value: ${JSON.stringify(value)} is no ${dtype}` })
}

type Extension = z.output<typeof extension>

function decodeCodecs(codecs: readonly Extension[], dimensions: number, url: string): ChunkCodec {
  let axes = Array.from({ length: dimensions }, (_, axis) => axis)
  let littleEndian: boolean | undefined
  const byteCodecs: ByteCodec[] = []
  for (const { name, configuration } of codecs) {
    if (name === 'transpose' && littleEndian === undefined) {
      axes = requirePermutation(configuration.order, dimensions, url).map((axis) => axes[axis]!)
    } else if (name === 'bytes' && littleEndian === undefined) {
      littleEndian = configuration.endian !== 'big'
    } else if ((name === 'crc32c' || name === 'gzip' || name === 'zstd') && littleEndian !== undefined) {
      byteCodecs.push(name)
    } else {
      throw new UnsupportedArrayError(url, `it is encoded with the codec ${name}`)
    }
  }
  if (littleEndian === undefined)
    throw new InvalidMetadataError(`${url}/zarr.json`, { problem: 'codecs: there is no bytes codec' })
  const columnMajor = dimensions === 1 || axes.indexOf(dimensions - 1) < axes.indexOf(dimensions - 2)
  return { columnMajor, littleEndian, byteCodecs }
}

function requirePermutation(order: unknown, dimensions: number, url: string): number[] {
  const found = z.array(z.int()).safeParse(order)
  if (
    found.success &&
    found.data.toSorted((a, b) => a - b).every((axis, at) => axis === at) &&
    found.data.length === dimensions
  ) {
    return found.data
  }
  throw new InvalidMetadataError(`${url}/zarr.json`, {
    problem: `codecs: the transpose order ${JSON.stringify(order)} is no permutation`,
  })
}

/** [0, 1, ..., n-1, n-2]: the last two dimensions swapped. */
function columnMajorOrder(dimensions: number): number[] {
  return Array.from({ length: dimensions }, (_, axis) => axis)
    .with(-1, dimensions - 2)
    .with(-2, dimensions - 1)
}

/** Metadata of a new array of ours. */
export function newMetadata(layout: Layout, fillValue: number, attributes: MatrixAttributes): ArrayMetadata {
  return { layout, fillValue, attributes, codec: NATIVE_CODEC, chunkKeys: DEFAULT_CHUNK_KEYS }
}
