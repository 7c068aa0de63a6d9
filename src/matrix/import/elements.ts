/** Element types of foreign arrays and their conversion to numbers that typed arrays hold. */

import { integersToDoubles } from '../integers.ts'

export interface ElementType {
  readonly kind: 'float' | 'int' | 'uint' | 'bool'
  readonly bytes: 1 | 2 | 4 | 8
  readonly littleEndian: boolean
}

/** What {@link viewElements} gives; every element reads as a number. */
export type Numbers =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array

/**
 * The elements that lie in `bytes`, which is converted in place where possible and must not be used afterwards.
 * 64-bit integers beyond 2^53 round to the nearest double, ties to even, as numpy's `astype` does; half precision widens exactly.
 */
export function viewElements(bytes: Uint8Array, type: ElementType): Numbers {
  const aligned = bytes.byteOffset % type.bytes === 0 ? bytes : new Uint8Array(bytes)
  if (!type.littleEndian) swapBytes(aligned, type.bytes)
  const { buffer, byteOffset } = aligned
  const count = aligned.byteLength / type.bytes
  switch (`${type.kind}${type.bytes}`) {
    case 'float8':
      return new Float64Array(buffer, byteOffset, count)
    case 'float4':
      return new Float32Array(buffer, byteOffset, count)
    case 'float2':
      return Float32Array.from(new Uint16Array(buffer, byteOffset, count), widenHalf)
    case 'int8':
    case 'uint8':
      return integersToDoubles(aligned, type.kind === 'int')
    case 'int4':
      return new Int32Array(buffer, byteOffset, count)
    case 'uint4':
      return new Uint32Array(buffer, byteOffset, count)
    case 'int2':
      return new Int16Array(buffer, byteOffset, count)
    case 'uint2':
      return new Uint16Array(buffer, byteOffset, count)
    case 'int1':
      return new Int8Array(buffer, byteOffset, count)
    case 'bool1':
      return new Uint8Array(buffer, byteOffset, count).map((value) => (value === 0 ? 0 : 1))
    default:
      return new Uint8Array(buffer, byteOffset, count)
  }
}

function swapBytes(bytes: Uint8Array, size: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (size === 2) buffer.swap16()
  else if (size === 4) buffer.swap32()
  else if (size === 8) buffer.swap64()
}

/** IEEE 754 binary16: sign, 5 bits of exponent (bias 15), 10 bits of fraction. */
export function widenHalf(half: number): number {
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  const sign = half >= 0x8000 ? -1 : 1
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1024 + fraction) * 2 ** (exponent - 25)
}
