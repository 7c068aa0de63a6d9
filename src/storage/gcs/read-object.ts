import { buffer } from 'node:stream/consumers'
import { resolveRange } from '../range.ts'
import { decodeChecksum } from '../remote/checksum.ts'
import { type BodyOptions, readBody } from '../remote/read-body.ts'
import type { GetOptions } from '../store.ts'
import type { ApiStream } from './client.ts'

/**
 * Takes in a downloaded object, or the range of it that was asked for. The checksum is that of the whole object.
 * @throws WrongBytesError
 */
export async function readObject(
  { headers, body }: ApiStream,
  { range, into, signal, progress }: Pick<GetOptions, 'range' | 'into'> & Pick<BodyOptions, 'signal' | 'progress'>,
): Promise<Uint8Array> {
  const length = Number(headers.get('content-length') ?? Number.NaN)
  const isPart = headers.has('content-range')
  const isUnpacked = headers.has('content-encoding') || isStoredPacked(headers)
  if (isUnpacked || Number.isNaN(length) || isPart !== (range !== undefined)) {
    // Objects that others stored compressed are unpacked on the way: whole, of unknown length, and not the bytes of the checksum.
    body.on('data', progress)
    const whole = new Uint8Array(await buffer(body))
    const { offset, length: wanted } = resolveRange(range, whole.length)
    return whole.slice(offset, offset + wanted)
  }
  const checksum = isPart ? undefined : storedChecksum(headers)
  return await readBody(body, { length, into, checksum, signal, progress })
}

const isStoredPacked = (headers: Headers): boolean =>
  !['identity', null].includes(headers.get('x-goog-stored-content-encoding'))

/** `crc32c=...,md5=...`, in one header or several. */
function storedChecksum(headers: Headers): number | undefined {
  return decodeChecksum(/(?:^|[ ,])crc32c=([^ ,]+)/.exec(headers.get('x-goog-hash') ?? '')?.[1])
}
