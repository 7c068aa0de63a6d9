/** How a chunk's bytes are made of its elements, and back. */

import { promisify } from 'node:util'
import { gunzip, zstdDecompress } from 'node:zlib'
import { crc32c } from '../../kernels/index.ts'

/** Codecs that turn bytes into bytes, of those that need no library. */
export type ByteCodec = 'crc32c' | 'gzip' | 'zstd'

/** The codecs of an array, as far as a tile can be read through them. */
export interface ChunkCodec {
  /** True when a tile's columns are contiguous (`transpose` swaps the last two dimensions); false for rows. */
  readonly columnMajor: boolean
  readonly littleEndian: boolean
  /** In the order of writing. */
  readonly byteCodecs: readonly ByteCodec[]
}

/** Ours: column-major, little endian, checked. */
export const NATIVE_CODEC: ChunkCodec = { columnMajor: true, littleEndian: true, byteCodecs: ['crc32c'] }

/** Bytes of the checksum behind the elements. */
export const CHECKSUM_BYTES = 4

const gunzipAsync = promisify(gunzip)
const zstdDecompressAsync = promisify(zstdDecompress)

/** True when the stored bytes are ours, so that tiles go in and out without a copy. */
export function isNative(codec: ChunkCodec): boolean {
  return codec.columnMajor && codec.littleEndian && codec.byteCodecs.length === 1 && codec.byteCodecs[0] === 'crc32c'
}

/** Puts the checksum of all that stands before them into the last four bytes. */
export function sealChunk(chunk: Uint8Array): void {
  const end = chunk.length - CHECKSUM_BYTES
  new DataView(chunk.buffer, chunk.byteOffset + end).setUint32(0, crc32c(chunk.subarray(0, end)), true)
}

/** What is wrong with bytes that should end in their checksum, or `undefined`. */
export function checksumProblem(chunk: Uint8Array): string | undefined {
  const end = chunk.length - CHECKSUM_BYTES
  if (end < 0) return `it has ${chunk.length} bytes, too few for a checksum`
  const stored = new DataView(chunk.buffer, chunk.byteOffset + end).getUint32(0, true)
  const computed = crc32c(chunk.subarray(0, end))
  return stored === computed ? undefined : `its checksum is ${hex(computed)}, stored is ${hex(stored)}`
}

/**
 * Undoes the byte codecs of a chunk down to the elements' bytes.
 * @param dataBytes length that must come out
 * @returns the bytes, or what is wrong with them
 */
export async function decodeBytes(
  codec: ChunkCodec,
  chunk: Uint8Array,
  dataBytes: number,
): Promise<Uint8Array | { readonly problem: string }> {
  let bytes = chunk
  for (const step of codec.byteCodecs.toReversed()) {
    if (step === 'crc32c') {
      const problem = checksumProblem(bytes)
      if (problem !== undefined) return { problem }
      bytes = bytes.subarray(0, bytes.length - CHECKSUM_BYTES)
    } else {
      try {
        const options = { maxOutputLength: dataBytes + 64 }
        bytes = await (step === 'gzip' ? gunzipAsync(bytes, options) : zstdDecompressAsync(bytes, options))
      } catch (error) {
        return { problem: `its ${step} compression cannot be undone (${(error as Error).message})` }
      }
    }
  }
  if (bytes.length === dataBytes) return bytes
  return { problem: `it has ${bytes.length} bytes of elements where ${dataBytes} belong` }
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`
}
