import type { GetObjectCommandOutput } from '@aws-sdk/client-s3'
import { resolveRange } from '../range.ts'
import { decodeChecksum } from '../remote/checksum.ts'
import { WrongBytesError } from '../remote/failure.ts'
import { type BodyOptions, readBody } from '../remote/read-body.ts'
import type { GetOptions } from '../store.ts'

export type ReplyOptions = Pick<GetOptions, 'range' | 'into'> & Pick<BodyOptions, 'signal' | 'progress'>

/**
 * The bytes that were asked for: as long as the reply says, and, where they are the whole object, with the CRC32C that the service kept.
 * @throws WrongBytesError
 */
export async function readReply(
  reply: GetObjectCommandOutput,
  { range, into, signal, progress }: ReplyOptions,
): Promise<Uint8Array> {
  const body = reply.Body as unknown as AsyncIterable<Uint8Array>
  const partLength = partOf(reply.ContentRange)
  if (partLength !== undefined) return readBody(body, { length: partLength, into, signal, progress })
  const whole = { length: lengthOf(reply), checksum: decodeChecksum(reply.ChecksumCRC32C), signal, progress }
  if (range === undefined) return readBody(body, { ...whole, into })
  // A server may answer a range with the whole object.
  const bytes = await readBody(body, whole)
  const part = resolveRange(range, bytes.length)
  return bytes.slice(part.offset, part.offset + part.length)
}

/** @throws WrongBytesError when the reply does not tell */
export function lengthOf({ ContentLength }: { readonly ContentLength?: number | undefined }): number {
  if (ContentLength === undefined) throw new WrongBytesError('transient', 'the answer does not tell its length')
  return ContentLength
}

/** Bytes of the part that a `Content-Range` header such as `bytes 0-9/100` names. */
function partOf(header: string | undefined): number | undefined {
  const [, first, last] = /^bytes (\d+)-(\d+)\//.exec(header ?? '') ?? []
  return first === undefined || last === undefined ? undefined : Number(last) - Number(first) + 1
}
