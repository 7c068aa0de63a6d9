import { crc32c, encodeChecksum } from './checksum.ts'
import { WrongBytesError } from './failure.ts'

export interface BodyOptions {
  /** Bytes that must come. */
  readonly length: number
  /** Filled when it has exactly this length; else a buffer is made. */
  readonly into?: Uint8Array | undefined
  /** CRC32C that they must have, if known. */
  readonly checksum?: number | undefined
  readonly signal: AbortSignal
  /** Called for every piece that comes. */
  readonly progress: () => void
}

/**
 * Reads a body piece by piece into its place, and checks length and CRC32C on the way, while a piece is still in the processor's cache.
 * After the signal nothing is written any more: the buffer may by then belong to another attempt.
 * @throws WrongBytesError
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  { length, into, checksum, signal, progress }: BodyOptions,
): Promise<Uint8Array> {
  const bytes = into?.length === length ? into : new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
  let done = 0
  let found = 0
  for await (const piece of body) {
    signal.throwIfAborted()
    if (done + piece.length > length) throw new WrongBytesError('transient', `more than ${length} bytes came`)
    bytes.set(piece, done)
    done += piece.length
    if (checksum !== undefined) found = crc32c(piece, found)
    progress()
  }
  if (done < length) throw new WrongBytesError('transient', `only ${done} of ${length} bytes came`)
  if (checksum !== undefined && found !== checksum) {
    throw new WrongBytesError(
      'damaged',
      `its CRC32C is ${encodeChecksum(found)}, that of what was stored ${encodeChecksum(checksum)}`,
    )
  }
  return bytes
}
