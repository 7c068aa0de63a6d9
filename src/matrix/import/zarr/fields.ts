import { type ElementType, widenHalf } from '../elements.ts'
import { excerpt } from '../errors.ts'
import { knownCodecs } from './codecs.ts'

/** Throws the error of the document that is being read. */
export type Fail = (message: string) => never

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A list of whole numbers of at least `least`. */
export function extents(value: unknown, what: string, least: number, fail: Fail): number[] {
  const isList = Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= least)
  if (!isList)
    return fail(
      `${what} must be a list of whole numbers of at least ${least}, found ${excerpt(JSON.stringify(value) ?? 'nothing')}`,
    )
  return value
}

/** The number that a `fill_value` stands for; bits of a float may be given in hexadecimal. */
export function parseFill(value: unknown, element: ElementType, fail: Fail): number {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return Number(value)
  if (value === 'NaN') return Number.NaN
  if (value === 'Infinity') return Number.POSITIVE_INFINITY
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY
  if (typeof value === 'string' && element.kind === 'float' && /^0x[0-9a-f]{1,16}$/i.test(value))
    return fromBits(BigInt(value), element.bytes)
  return fail(`fill_value ${excerpt(JSON.stringify(value) ?? 'missing')} is not a number`)
}

function fromBits(bits: bigint, bytes: number): number {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, bits)
  if (bytes === 8) return view.getFloat64(0)
  if (bytes === 4) return view.getFloat32(4)
  return widenHalf(Number(bits))
}

/** The sentence for a codec that nothing here undoes. */
export function unknownCodec(name: string, fail: Fail): never {
  return fail(
    `the codec ${excerpt(name)} is not supported; known are ${knownCodecs}: save the array again with one of them`,
  )
}
