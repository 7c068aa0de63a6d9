import { buffer } from 'node:stream/consumers'
import { resolveRange } from '../range.ts'
import { decodeChecksum } from '../remote/checksum.ts'
import { type BodyOptions, readBody } from '../remote/read-body.ts'
import type { GetOptions } from '../store.ts'
import type { ApiStream } from './client.ts'

/**
 * Takes in a downloaded object, or the range of it that was asked for. Its checksum is that of the whole object.
 * @throws WrongBytesError
 */
export async function readObject(
  { headers, body }: ApiStream,
  { range, into, signal, progress }: Pick<GetOptions, 'range' | 'into'> & Pick<BodyOptions, 'signal' | 'progress'>,
): Promise<Uint8Array> {
  const part = partLength(headers)
  const stored = headers.get('x-goog-stored-content-length') ?? headers.get('content-length')
  const length = part ?? (stored === null ? undefined : Number(stored))
  const isRepacked = (headers.get('x-goog-stored-content-encoding') ?? 'identity') !== 'identity'
  if (isRepacked || length === undefined || (part === undefined) !== (range === undefined)) {
    // What was stored compressed comes unpacked and whole, whatever the range; its length and checksum are those of what was stored.
    body.on('data', progress)
    const whole = new Uint8Array(await buffer(body))
    const wanted = resolveRange(range, whole.length)
    return whole.slice(wanted.offset, wanted.offset + wanted.length)
  }
  const checksum = part === undefined ? storedChecksum(headers) : undefined
  return await readBody(body, { length, into, checksum, signal, progress })
}

/** Length of the range that comes, by `Content-Range: bytes FIRST-LAST/SIZE`. */
function partLength(headers: Headers): number | undefined {
  const match = /^bytes ([0-9]+)-(-?[0-9]+)\//.exec(headers.get('content-range') ?? '')
  return match === null ? undefined : Number(match[2]) - Number(match[1]) + 1
}

/** `crc32c=...,md5=...`, in one header or several. */
function storedChecksum(headers: Headers): number | undefined {
  return decodeChecksum(/(?:^|[ ,])crc32c=([^ ,]+)/.exec(headers.get('x-goog-hash') ?? '')?.[1])
}
