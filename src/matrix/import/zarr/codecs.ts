import { promisify } from 'node:util'
import { gunzip, inflate, zstdDecompress } from 'node:zlib'
import type { Codec } from 'numcodecs'
import Blosc from 'numcodecs/blosc'
import LZ4 from 'numcodecs/lz4'
import { crc32c } from '../../../kernels/index.ts'

/** Undoes one bytes-to-bytes codec. `limit` bounds the result of a decompressor. @throws any error on bad bytes */
export type Decoder = (bytes: Uint8Array, limit: number) => Promise<Uint8Array>

/** Name and configuration of a codec as the metadata give them. */
export interface CodecSpec {
  readonly name: string
  readonly configuration: Readonly<Record<string, unknown>>
}

const gunzipAsync = promisify(gunzip)
const inflateAsync = promisify(inflate)
const zstdAsync = promisify(zstdDecompress)

const decoders: Readonly<Record<string, (configuration: CodecSpec['configuration']) => Decoder>> = {
  gzip: () => (bytes, limit) => gunzipAsync(bytes, { maxOutputLength: limit }),
  zlib: () => (bytes, limit) => inflateAsync(bytes, { maxOutputLength: limit }),
  zstd: () => (bytes, limit) => zstdAsync(bytes, { maxOutputLength: limit }),
  blosc: () => withNumcodecs(Blosc.fromConfig({ id: 'blosc' }), bloscBytes),
  lz4: () => withNumcodecs(LZ4.fromConfig({ id: 'lz4' }), lz4Bytes),
  crc32c: () => async (bytes) => checkCrc32c(bytes),
  shuffle: (configuration) => async (bytes) => unshuffle(bytes, Number(configuration.elementsize ?? 4)),
}

/** The decoder of a bytes-to-bytes codec, under its v3, `numcodecs.` or v2 name; undefined for one that is not known. */
export function decoderOf(spec: CodecSpec): Decoder | undefined {
  return decoders[spec.name.replace(/^numcodecs\./, '')]?.(spec.configuration)
}

/** For messages. */
export const knownCodecs: string = Object.keys(decoders).join(', ')

/** The C libraries trust the size that the bytes announce, so it is checked before. */
function withNumcodecs(codec: Codec, announced: (bytes: Uint8Array) => number): Decoder {
  return async (bytes, limit) => {
    const size = announced(bytes)
    if (!(size <= limit)) throw new RangeError(`the compressed bytes announce ${size} bytes, wanted at most ${limit}`)
    const result = await codec.decode(bytes)
    if (result.byteLength !== size)
      throw new RangeError(`decompressed to ${result.byteLength} bytes, announced ${size}`)
    return result
  }
}

/** Blosc 1 header: uncompressed size at byte 4, compressed size at byte 12. */
function bloscBytes(bytes: Uint8Array): number {
  const view = viewOf(bytes, 16)
  if (view.getUint32(12, true) !== bytes.byteLength) {
    throw new RangeError(
      `the blosc header announces ${view.getUint32(12, true)} compressed bytes, found ${bytes.byteLength}`,
    )
  }
  return view.getUint32(4, true)
}

/** Numcodecs puts the uncompressed size before an LZ4 block. */
const lz4Bytes = (bytes: Uint8Array): number => viewOf(bytes, 4).getUint32(0, true)

function checkCrc32c(bytes: Uint8Array): Uint8Array {
  const end = bytes.byteLength - 4
  const stored = viewOf(bytes, 4).getUint32(end, true)
  const content = bytes.subarray(0, end)
  const found = crc32c(content)
  if (found !== stored) throw new RangeError(`checksum ${hex(found)}, but ${hex(stored)} is stored`)
  return content
}

/** Byte b of all elements lies together: the inverse of that transposition. */
function unshuffle(bytes: Uint8Array, size: number): Uint8Array {
  const count = Math.floor(bytes.byteLength / size)
  const result = new Uint8Array(bytes) // not slice(), which for a Buffer is no copy
  for (let b = 0; b < size; b++) for (let i = 0; i < count; i++) result[i * size + b] = bytes[b * count + i]!
  return result
}

function viewOf(bytes: Uint8Array, least: number): DataView {
  if (bytes.byteLength < least) throw new RangeError(`only ${bytes.byteLength} bytes`)
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`
