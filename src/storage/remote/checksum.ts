import { crc32c } from '../../kernels/index.ts'

/** CRC32C of the bytes, going on from that of the bytes before them. */
export { crc32c }

/** As S3 and Google Cloud Storage write it: the four bytes, highest first, in base64. */
export function encodeChecksum(checksum: number): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(checksum)
  return bytes.toString('base64')
}

/** The checksum in a header of a service, or `undefined` for anything but four bytes in base64 (such as the checksum of parts). */
export function decodeChecksum(text: string | undefined): number | undefined {
  return text !== undefined && /^[A-Za-z0-9+/]{6}==$/.test(text)
    ? Buffer.from(text, 'base64').readUInt32BE()
    : undefined
}
