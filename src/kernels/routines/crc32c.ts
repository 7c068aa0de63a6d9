import { callNative, callNativeSync } from '../native.ts'

/**
 * CRC-32C (Castagnoli) of the bytes, by the CPU's instruction where it has one. Blocks the event loop: for small buffers.
 *
 * @param seed the CRC of what came before, to go on from it. @default 0
 */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  return callNativeSync((addon) => addon.crc32c(bytes, seed))
}

/** As {@link crc32c}, off the event loop: for whole tiles. */
export async function crc32cAsync(bytes: Uint8Array, seed = 0): Promise<number> {
  return callNative((addon) => addon.crc32cAsync(bytes, seed))
}
