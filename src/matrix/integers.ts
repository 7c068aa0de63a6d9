/** 64-bit integers as they are stored (little-endian, two's complement), and the doubles that stand for them in memory. */

/** Whole numbers beyond it are not all doubles. */
export const largestExact: number = 2 ** 53

/**
 * Turns 64-bit integers into doubles where they lie; those beyond 2^53 round to the nearest, ties to even, as numpy's `astype` does.
 * @param bytes a multiple of 8, and aligned so
 * @param signed false for uint64
 */
export function integersToDoubles(bytes: Uint8Array, signed = true): Float64Array {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
  const result = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8)
  for (let i = 0; i < result.length; i++) {
    // high * 2^32 is exact, so the sum rounds once. Each double overwrites its own integer.
    const word = words[2 * i + 1]!
    const high = signed ? word | 0 : word
    result[i] = high * 2 ** 32 + words[2 * i]!
  }
  return result
}

/**
 * Turns doubles into 64-bit integers where they lie.
 * @returns position of the first that is no whole number of at most 2^53 in magnitude; from there on nothing has changed
 */
export function doublesToIntegers(data: Float64Array): number | undefined {
  const words = new Uint32Array(data.buffer, data.byteOffset, 2 * data.length)
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!
    if (!Number.isInteger(value) || Math.abs(value) > largestExact) return i
    const high = Math.floor(value / 2 ** 32)
    words[2 * i] = value - high * 2 ** 32
    words[2 * i + 1] = high
  }
  return undefined
}
