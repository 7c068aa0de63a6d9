/**
 * The expander's own arithmetic, apart from `exact/` so that it can be held against it: fractions n/d of BigInts, and
 * c log_b(x) + q for the logarithms that programs use.
 */

import { EvaluationError } from '../exact/index.ts'

export interface Fraction {
  readonly n: bigint
  readonly d: bigint
}

/** c * log(x) / log(b) + q; b is `undefined` for the natural logarithm. */
interface Log {
  readonly c: Fraction
  readonly x: Fraction
  readonly b: Fraction | undefined
  readonly q: Fraction
}

export type Quantity = Fraction | Log

const isLog = (a: Quantity): a is Log => 'x' in a

export function fraction(n: bigint, d: bigint = 1n): Fraction {
  if (d === 0n) throw new EvaluationError('division-by-zero', 'division by zero')
  let [x, y] = [n < 0n ? -n : n, d < 0n ? -d : d]
  while (y !== 0n) [x, y] = [y, x % y]
  if (x === 0n) return { n: 0n, d: 1n }
  return d < 0n ? { n: -n / x, d: -d / x } : { n: n / x, d: d / x }
}

/** The fraction that a decimal writes: `0.5`, `1e-3`. */
export function decimal(text: string): Fraction {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '', part = ''] = mantissa.split('.')
  const scale = Number(exponent) - part.length
  const digits = BigInt(whole + part)
  return scale < 0 ? fraction(digits, 10n ** BigInt(-scale)) : fraction(digits * 10n ** BigInt(scale))
}

export function plus(a: Quantity, b: Quantity): Quantity {
  if (isLog(a)) return isLog(b) ? unsupported() : { ...a, q: plus(a.q, b) as Fraction }
  if (isLog(b)) return plus(b, a)
  return fraction(a.n * b.d + b.n * a.d, a.d * b.d)
}

export function times(a: Quantity, b: Quantity): Quantity {
  if (isLog(a)) return isLog(b) ? unsupported() : { ...a, c: times(a.c, b) as Fraction, q: times(a.q, b) as Fraction }
  if (isLog(b)) return times(b, a)
  return fraction(a.n * b.n, a.d * b.d)
}

export function over(a: Quantity, b: Quantity): Quantity {
  if (!isLog(b)) return times(a, fraction(b.d, b.n))
  if (!isLog(a) || a.b || b.b || a.q.n !== 0n || b.q.n !== 0n) return unsupported()
  return { c: over(a.c, b.c) as Fraction, x: a.x, b: b.x, q: fraction(0n) }
}

function unsupported(): never {
  throw new EvaluationError('domain', 'the expander knows logarithms only as a quotient of two, scaled and shifted')
}

export function log(a: Quantity): Quantity {
  if (isLog(a)) return unsupported()
  if (a.n <= 0n) throw new EvaluationError('domain', 'logarithm of what is not positive')
  return { c: fraction(1n), x: a, b: undefined, q: fraction(0n) }
}

/** -1, 0 or 1. c log_b(x) + q is compared with p by raising b and x to whole powers. */
export function order(a: Quantity, b: Quantity): number {
  if (!isLog(a) && !isLog(b)) {
    const difference = a.n * b.d - b.n * a.d
    return difference < 0n ? -1 : difference > 0n ? 1 : 0
  }
  if (!isLog(a)) return -order(b, a)
  if (isLog(b) || !a.b) return unsupported()
  if (a.c.n === 0n) return order(a.q, b)
  const power = over(plus(b, times(a.q, fraction(-1n))), a.c) as Fraction
  const sign = a.c.n < 0n ? -1 : 1
  const base = order(a.b, fraction(1n))
  if (base === 0) throw new EvaluationError('division-by-zero', 'logarithm to the base 1')
  return sign * base * order(raise(a.x, power.d), raise(a.b, power.n))
}

/** a to a whole power. */
export function raise(a: Fraction, power: bigint): Fraction {
  return power >= 0n ? fraction(a.n ** power, a.d ** power) : fraction(a.d ** -power, a.n ** -power)
}

/** Greatest integer not above a: found by doubling and halving an interval. */
export function floorOf(a: Quantity): Fraction {
  let [low, high] = [-1n, 1n]
  while (order(a, fraction(low)) < 0) low *= 2n
  while (order(a, fraction(high)) >= 0) high *= 2n
  while (high - low > 1n) {
    const middle = (low + high) >> 1n
    if (order(a, fraction(middle)) < 0) high = middle
    else low = middle
  }
  return fraction(low)
}

/** The integer that a is. @throws EvaluationError when it is none */
export function integerOf(a: Quantity): number {
  const whole = floorOf(a)
  if (order(a, whole) === 0) return Number(whole.n)
  throw new EvaluationError('not-whole', 'a whole number is needed')
}

/** Nearest double, by decimal digits. */
export function doubleOf(a: Quantity): number {
  if (isLog(a)) {
    const ratio = Math.log(doubleOf(a.x)) / (a.b ? Math.log(doubleOf(a.b)) : 1)
    return doubleOf(a.c) * ratio + doubleOf(a.q)
  }
  return Number(a.n) / Number(a.d)
}
