/** Fractions of BigInts in lowest terms, denominator positive. */

import { EvaluationError } from './errors.ts'

export interface Rational {
  readonly kind: 'rational'
  readonly num: bigint
  readonly den: bigint
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

/** num / den in lowest terms. @throws EvaluationError when den is 0 */
export function rational(num: bigint, den: bigint = 1n): Rational {
  if (den === 0n) throw new EvaluationError('division-by-zero', 'division by zero')
  if (den === 1n) return { kind: 'rational', num, den }
  const divisor = den < 0n ? -gcd(num, den) : gcd(num, den)
  return { kind: 'rational', num: num / divisor, den: den / divisor }
}

export function addRational(a: Rational, b: Rational): Rational {
  return rational(a.num * b.den + b.num * a.den, a.den * b.den)
}

export function subtractRational(a: Rational, b: Rational): Rational {
  return rational(a.num * b.den - b.num * a.den, a.den * b.den)
}

export function multiplyRational(a: Rational, b: Rational): Rational {
  return rational(a.num * b.num, a.den * b.den)
}

/** @throws EvaluationError when b is 0 */
export function divideRational(a: Rational, b: Rational): Rational {
  return rational(a.num * b.den, a.den * b.num)
}

/** -1, 0 or 1. */
export function compareRational(a: Rational, b: Rational): number {
  const [left, right] = [a.num * b.den, b.num * a.den]
  return left < right ? -1 : left > right ? 1 : 0
}

/** Greatest integer not above a. */
export function floorRational(a: Rational): bigint {
  const quotient = a.num / a.den
  return a.num % a.den < 0n ? quotient - 1n : quotient
}

function bits(n: bigint): number {
  return (n < 0n ? -n : n).toString(16).length * 4
}

/** Nearest double. Both parts are scaled so that the integer quotient has over 64 bits, its last one sticky. */
export function rationalToNumber(a: Rational): number {
  if (a.den === 1n) return Number(a.num)
  const shift = Math.max(0, 70 - bits(a.num) + bits(a.den))
  const scaled = (a.num < 0n ? -a.num : a.num) << BigInt(shift)
  const quotient = scaled / a.den
  const sticky = scaled % a.den === 0n ? quotient : quotient | 1n
  // Two steps of scaling: 2^-shift alone would underflow for shifts beyond 1074.
  const half = Math.floor(shift / 2)
  const value = Number(sticky) * 2 ** -half * 2 ** -(shift - half)
  return a.num < 0n ? -value : value
}

/** Natural logarithm as a double, also of numbers beyond the range of doubles. */
export function logOfRational(a: Rational): number {
  const log = (n: bigint): number => {
    const excess = Math.max(0, bits(n) - 1000)
    return Math.log(Number(n >> BigInt(excess))) + excess * Math.LN2
  }
  return a.den === 1n ? log(a.num) : log(a.num) - log(a.den)
}

/** `16`, `0.5`, `1e-3` as the decimal that is written. */
export function parseDecimal(text: string): Rational | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text.replaceAll('_', ''))
  if (!match) return undefined
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const digits = whole + fraction
  if (digits === '') return undefined
  const scale = Number(exponent) - fraction.length
  if (Math.abs(scale) > 100_000) return undefined
  const value = BigInt(digits) * (sign === '-' ? -1n : 1n)
  return scale >= 0 ? rational(value * 10n ** BigInt(scale)) : rational(value, 10n ** BigInt(-scale))
}
