/**
 * Quotients of linear forms in logarithms, (c0 + sum ci log(ai)) / (d0 + sum di log(bi)) with rational c, d, a, b:
 * enough to take the floor or ceiling of log(N)/log(2) exactly, in any base.
 */

import {
  addRational,
  compareRational,
  logOfRational,
  multiplyRational,
  type Rational,
  rational,
  rationalToNumber,
} from './rational.ts'

interface LogTerm {
  readonly coefficient: Rational
  readonly argument: Rational
}

interface LogForm {
  readonly constant: Rational
  readonly terms: readonly LogTerm[]
}

export interface LogQuotient {
  readonly kind: 'logs'
  readonly numerator: LogForm
  readonly denominator: LogForm
}

const zero = rational(0n)
const one = rational(1n)
const constantForm = (constant: Rational): LogForm => ({ constant, terms: [] })
const unit = constantForm(one)

/** log(x), x > 0. */
export function logOf(argument: Rational): LogQuotient {
  return {
    kind: 'logs',
    numerator: { constant: zero, terms: [{ coefficient: one, argument }] },
    denominator: unit,
  }
}

export function logsFromRational(value: Rational): LogQuotient {
  return { kind: 'logs', numerator: constantForm(value), denominator: unit }
}

function scaleForm(form: LogForm, factor: Rational): LogForm {
  return {
    constant: multiplyRational(form.constant, factor),
    terms: form.terms.map((term) => ({ ...term, coefficient: multiplyRational(term.coefficient, factor) })),
  }
}

function addForms(a: LogForm, b: LogForm): LogForm {
  const terms = [...a.terms]
  for (const term of b.terms) {
    const at = terms.findIndex((other) => compareRational(other.argument, term.argument) === 0)
    if (at < 0) terms.push(term)
    else terms[at] = { ...term, coefficient: addRational(terms[at]!.coefficient, term.coefficient) }
  }
  return { constant: addRational(a.constant, b.constant), terms: terms.filter((t) => t.coefficient.num !== 0n) }
}

function sameForm(a: LogForm, b: LogForm): boolean {
  const difference = addForms(a, scaleForm(b, rational(-1n)))
  return difference.terms.length === 0 && difference.constant.num === 0n
}

/** a + b where the denominators agree, or one of them is a number; else `undefined`. */
export function addLogs(a: LogQuotient, b: LogQuotient): LogQuotient | undefined {
  if (sameForm(a.denominator, b.denominator)) return { ...a, numerator: addForms(a.numerator, b.numerator) }
  for (const [x, y] of [
    [a, b],
    [b, a],
  ] as const) {
    const factor = rationalOfLogs(y)
    if (factor) return { ...x, numerator: addForms(x.numerator, scaleForm(x.denominator, factor)) }
  }
  return undefined
}

/** a * b where one of them is a number, or a denominator cancels; else `undefined`. */
export function multiplyLogs(a: LogQuotient, b: LogQuotient): LogQuotient | undefined {
  const factorB = rationalOfLogs(b)
  if (factorB) return { ...a, numerator: scaleForm(a.numerator, factorB) }
  const factorA = rationalOfLogs(a)
  if (factorA) return { ...b, numerator: scaleForm(b.numerator, factorA) }
  if (sameForm(a.numerator, b.denominator)) return { ...b, denominator: a.denominator }
  if (sameForm(b.numerator, a.denominator)) return { ...a, denominator: b.denominator }
  if (b.denominator === unit && a.denominator !== unit && isConstant(a.numerator))
    return { kind: 'logs', numerator: scaleForm(b.numerator, a.numerator.constant), denominator: a.denominator }
  if (a.denominator === unit && b.denominator !== unit && isConstant(b.numerator))
    return { kind: 'logs', numerator: scaleForm(a.numerator, b.numerator.constant), denominator: b.denominator }
  return undefined
}

/** 1 / a, `undefined` when a is 0. */
export function invertLogs(a: LogQuotient): LogQuotient | undefined {
  if (signOfForm(a.numerator) === 0) return undefined
  if (isConstant(a.denominator))
    return { kind: 'logs', numerator: unit, denominator: scaleForm(a.numerator, reciprocal(a.denominator.constant)) }
  return { kind: 'logs', numerator: a.denominator, denominator: a.numerator }
}

const isConstant = (form: LogForm): boolean => form.terms.length === 0
const reciprocal = (a: Rational): Rational => rational(a.den, a.num)

function approximateForm(form: LogForm): number {
  let sum = rationalToNumber(form.constant)
  for (const { coefficient, argument } of form.terms) sum += rationalToNumber(coefficient) * logOfRational(argument)
  return sum
}

export function logsToNumber(a: LogQuotient): number {
  return approximateForm(a.numerator) / approximateForm(a.denominator)
}

/** Sign of a form: by floating point when that is clear, else by comparing the product of the powers with 1. */
function signOfForm(form: LogForm): number {
  const sum = approximateForm(form)
  let size = Math.abs(rationalToNumber(form.constant))
  for (const { coefficient, argument } of form.terms)
    size += Math.abs(rationalToNumber(coefficient) * logOfRational(argument))
  if (Math.abs(sum) > 1e-9 * size) return Math.sign(sum)
  const common = form.terms.reduce((product, term) => product * term.coefficient.den, 1n)
  let [above, below] = [1n, 1n]
  for (const { coefficient, argument } of form.terms) {
    const exponent = (coefficient.num * common) / coefficient.den
    const [up, down] = exponent >= 0n ? [argument.num, argument.den] : [argument.den, argument.num]
    const power = exponent >= 0n ? exponent : -exponent
    above *= up ** power
    below *= down ** power
  }
  // e to a rational other than 0 is no rational: with a constant the sum is not 0 unless the logarithms cancel.
  if (form.constant.num !== 0n) return above === below ? Math.sign(Number(form.constant.num)) : Math.sign(sum)
  return above > below ? 1 : above < below ? -1 : 0
}

/** Exact sign of a - b. */
export function compareLogs(a: LogQuotient, b: Rational): number {
  const difference = addForms(a.numerator, scaleForm(a.denominator, multiplyRational(b, rational(-1n))))
  return signOfForm(difference) * signOfForm(a.denominator)
}

/** Greatest integer not above a. */
export function floorLogs(a: LogQuotient): bigint {
  let guess = BigInt(Math.floor(logsToNumber(a)))
  while (compareLogs(a, rational(guess)) < 0) guess -= 1n
  while (compareLogs(a, rational(guess + 1n)) >= 0) guess += 1n
  return guess
}

/** The rational that a is, when its parts are numbers or one is a small multiple of the other, as log(8)/log(4) = 3/2. */
export function rationalOfLogs(a: LogQuotient): Rational | undefined {
  if (isConstant(a.numerator) && isConstant(a.denominator))
    return multiplyRational(a.numerator.constant, reciprocal(a.denominator.constant))
  const approximation = logsToNumber(a)
  for (let den = 1; den <= 64; den++) {
    const num = Math.round(approximation * den)
    if (!Number.isSafeInteger(num)) return undefined
    if (Math.abs(num / den - approximation) > 1e-9 * (1 + Math.abs(approximation))) continue
    const candidate = rational(BigInt(num), BigInt(den))
    if (compareLogs(a, candidate) === 0) return candidate
  }
  return undefined
}
