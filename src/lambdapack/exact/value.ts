/**
 * Exact values of scalar expressions. Safe integers are plain numbers; everything else is an object: a fraction, a quotient of
 * logarithms, or, where neither can hold the result (2 ** 0.5), a double that says so.
 */

import { EvaluationError } from './errors.ts'
import {
  addLogs,
  compareLogs,
  floorLogs,
  invertLogs,
  type LogQuotient,
  logOf,
  logsFromRational,
  logsToNumber,
  multiplyLogs,
  rationalOfLogs,
} from './logarithm.ts'
import {
  addRational,
  compareRational,
  divideRational,
  floorRational,
  multiplyRational,
  parseDecimal,
  type Rational,
  rational,
  rationalToNumber,
} from './rational.ts'

export interface Inexact {
  readonly kind: 'inexact'
  readonly value: number
}

export type Value = number | Rational | LogQuotient | Inexact

const inexact = (value: number): Inexact => ({ kind: 'inexact', value })

function reduce(value: Rational): Value {
  if (value.den !== 1n) return value
  const number = Number(value.num)
  return Number.isSafeInteger(number) ? number : value
}

function simplify(value: LogQuotient): Value {
  const exact = rationalOfLogs(value)
  return exact ? reduce(exact) : value
}

const toRational = (value: number | Rational): Rational => (typeof value === 'number' ? rational(BigInt(value)) : value)

function isRational(value: Value): value is number | Rational {
  return typeof value === 'number' || value.kind === 'rational'
}

const toLogs = (value: number | Rational | LogQuotient): LogQuotient =>
  isRational(value) ? logsFromRational(toRational(value)) : value

/** The exact decimal of a number as JavaScript prints it: 0.1 is 1/10. */
export function fromNumber(value: number): Value {
  if (Number.isSafeInteger(value)) return value + 0
  const decimal = Number.isFinite(value) ? parseDecimal(String(value)) : undefined
  return decimal ? reduce(decimal) : inexact(value)
}

/** The number that a literal writes: `16`, `0.5`, `1e-3`. @throws EvaluationError when it writes none */
export function fromText(text: string): Value {
  const decimal = parseDecimal(text)
  if (!decimal) throw new EvaluationError('domain', `'${text}' is no number that can be computed with`)
  return reduce(decimal)
}

/** Nearest double. */
export function toNumber(value: Value): number {
  if (typeof value === 'number') return value
  if (value.kind === 'rational') return rationalToNumber(value)
  return value.kind === 'logs' ? logsToNumber(value) : value.value
}

/** The value as a safe integer. @throws EvaluationError when it is not whole, or too large */
export function toWhole(value: Value): number {
  if (typeof value === 'number') return value
  if (value.kind === 'inexact' && Number.isSafeInteger(value.value)) return value.value
  if (value.kind === 'rational' && value.den === 1n)
    throw new EvaluationError(
      'too-large',
      `${value.num} is beyond the integers up to 2^53 that indices and bounds may have`,
    )
  throw new EvaluationError('not-whole', `${describe(value)} is not a whole number`)
}

/** `7/2` or `0.30103` for messages. */
export function describe(value: Value): string {
  if (typeof value === 'number') return String(value)
  if (value.kind === 'rational') return value.den === 1n ? String(value.num) : `${value.num}/${value.den}`
  return String(toNumber(value))
}

function combine(
  a: Value,
  b: Value,
  exact: (a: Rational, b: Rational) => Rational,
  logs: (a: LogQuotient, b: LogQuotient) => LogQuotient | undefined,
  float: (a: number, b: number) => number,
): Value {
  if (isRational(a) && isRational(b)) return reduce(exact(toRational(a), toRational(b)))
  if (typeof a === 'object' && a.kind === 'inexact') return inexact(float(a.value, toNumber(b)))
  if (typeof b === 'object' && b.kind === 'inexact') return inexact(float(toNumber(a), b.value))
  const result = logs(toLogs(a as LogQuotient), toLogs(b as LogQuotient))
  return result ? simplify(result) : inexact(float(toNumber(a), toNumber(b)))
}

export function add(a: Value, b: Value): Value {
  return combine(a, b, addRational, addLogs, (x, y) => x + y)
}

export function multiply(a: Value, b: Value): Value {
  return combine(a, b, multiplyRational, multiplyLogs, (x, y) => x * y)
}

export function negate(a: Value): Value {
  return multiply(a, -1)
}

export function subtract(a: Value, b: Value): Value {
  return add(a, negate(b))
}

/** Exact quotient. @throws EvaluationError when b is 0 */
export function divide(a: Value, b: Value): Value {
  if (compare(b, 0) === 0) throw new EvaluationError('division-by-zero', `division of ${describe(a)} by zero`)
  return combine(
    a,
    b,
    divideRational,
    (x, y) => {
      const inverse = invertLogs(y)
      return inverse && multiplyLogs(x, inverse)
    },
    (x, y) => x / y,
  )
}

/** -1, 0 or 1, exact but for inexact operands. */
export function compare(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return Math.sign(a - b)
  if (isRational(a) && isRational(b)) return compareRational(toRational(a), toRational(b))
  if (typeof a === 'object' && a.kind === 'logs' && isRational(b)) return compareLogs(a, toRational(b))
  if (typeof b === 'object' && b.kind === 'logs' && isRational(a)) return -compareLogs(b, toRational(a))
  if (typeof a === 'object' && a.kind === 'logs' && typeof b === 'object' && b.kind === 'logs') {
    const difference = addLogs(a, multiplyLogs(b, logsFromRational(rational(-1n))) as LogQuotient)
    if (difference) return compareLogs(difference, rational(0n))
  }
  return Math.sign(toNumber(a) - toNumber(b))
}

function fromBigInt(value: bigint): Value {
  return reduce(rational(value))
}

/** Greatest integer not above a. */
export function floor(a: Value): Value {
  if (typeof a === 'number') return a
  if (a.kind === 'rational') return fromBigInt(floorRational(a))
  return a.kind === 'logs' ? fromBigInt(floorLogs(a)) : fromNumber(Math.floor(a.value))
}

/** Smallest integer not below a. */
export function ceiling(a: Value): Value {
  return negate(floor(negate(a)))
}

/** Python's `//`: the floor of the quotient. @throws EvaluationError when b is 0 */
export function floorDivide(a: Value, b: Value): Value {
  return floor(divide(a, b))
}

/** Python's `%`: a - b * (a // b), with the sign of b. @throws EvaluationError when b is 0 */
export function modulo(a: Value, b: Value): Value {
  return subtract(a, multiply(b, floorDivide(a, b)))
}

/** Natural logarithm. @throws EvaluationError unless a > 0 */
export function log(a: Value): Value {
  if (compare(a, 0) <= 0)
    throw new EvaluationError('domain', `log(${describe(a)}) does not exist: its argument must be positive`)
  return isRational(a) ? simplify(logOf(toRational(a))) : inexact(Math.log(toNumber(a)))
}

/** Bits of a power beyond which it is refused: nothing that indexes tiles needs more. */
const maxPowerBits = 1_000_000

/** a ** b: exact for whole b, and where a root comes out exact. @throws EvaluationError for 0 ** -1 and powers without end */
export function power(a: Value, b: Value): Value {
  if (isRational(a) && isRational(b)) {
    const [base, exponent] = [toRational(a), toRational(b)]
    if (exponent.den === 1n) return integerPower(base, exponent.num)
    const root = exactRoot(base, exponent.den)
    if (root) return integerPower(root, exponent.num)
  }
  const result = toNumber(a) ** toNumber(b)
  if (Number.isNaN(result)) throw new EvaluationError('domain', `${describe(a)} ** ${describe(b)} is not a real number`)
  return inexact(result)
}

function integerPower(base: Rational, exponent: bigint): Value {
  const size = exponent < 0n ? -exponent : exponent
  const width = Math.max(base.num.toString(2).length, base.den.toString(2).length)
  const small = base.den === 1n && base.num >= -1n && base.num <= 1n
  if (!small && size * BigInt(width) > maxPowerBits)
    throw new EvaluationError('too-large', `${describe(base)} ** ${exponent} has more than ${maxPowerBits} bits`)
  const steps = small && size > 2n ? 2n + (size % 2n) : size
  const [num, den] = [base.num ** steps, base.den ** steps]
  return reduce(exponent < 0n ? rational(den, num) : rational(num, den))
}

function exactRoot(base: Rational, degree: bigint): Rational | undefined {
  if (base.num < 0n || degree > 64n) return undefined
  const root = (n: bigint): bigint | undefined => {
    const guess = BigInt(Math.round(Math.min(Number(n) ** (1 / Number(degree)), Number.MAX_SAFE_INTEGER)))
    return [guess, guess - 1n, guess + 1n].find((candidate) => candidate >= 0n && candidate ** degree === n)
  }
  const [num, den] = [root(base.num), root(base.den)]
  return num !== undefined && den !== undefined ? rational(num, den) : undefined
}
