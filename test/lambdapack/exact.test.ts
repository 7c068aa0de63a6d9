import test from 'ava'
import fc from 'fast-check'
import {
  add,
  ceiling,
  compare,
  describe,
  divide,
  EvaluationError,
  floor,
  floorDivide,
  fromNumber,
  fromText,
  log,
  modulo,
  multiply,
  negate,
  power,
  subtract,
  toNumber,
  toWhole,
  type Value,
} from '../../src/lambdapack/exact/index.ts'

const logarithm = (x: Value, base: Value): Value => divide(log(x), log(base))
const fault = (evaluate: () => unknown): string | undefined => {
  try {
    evaluate()
    return undefined
  } catch (error) {
    return error instanceof EvaluationError ? error.fault : String(error)
  }
}

test('logarithms of powers are whole in any base, where floating point is off by one', (t) => {
  for (const base of [2, 3, 5, 7, 10, 12])
    for (let k = 0; base ** (k + 1) < 2 ** 52; k++) {
      const x = base ** k
      t.is(ceiling(logarithm(x, base)), k, `ceiling log_${base}(${x})`)
      t.is(floor(logarithm(x, base)), k)
      t.is(ceiling(logarithm(x + 1, base)), k + 1)
      if (x > 2) t.is(floor(logarithm(x - 1, base)), k - 1)
    }
  t.is(ceiling(logarithm(2 ** 29, 2)), 29)
  t.is(floor(logarithm(125, 5)), 3)
})

test('expressions around logarithms stay exact', (t) => {
  t.is(ceiling(add(logarithm(2 ** 29, 2), 1)), 30)
  t.is(floor(multiply(2, logarithm(8, 2))), 6)
  t.is(toWhole(multiply(2, logarithm(8, 4))), 3)
  t.is(describe(logarithm(8, 4)), '3/2')
  t.is(ceiling(negate(logarithm(9, 2))), -3)
  t.is(floor(divide(logarithm(1000, 10), 2)), 1)
  t.is(ceiling(logarithm(divide(1, 8), 2)), -3)
  t.is(compare(logarithm(9, 3), 2), 0)
  t.is(compare(logarithm(10, 3), 2), 1)
  t.is(compare(logarithm(8, 2), logarithm(27, 3)), 0)
  t.is(floor(log(8)), 2)
  t.is(power(2, ceiling(logarithm(1000, 2))), 1024)
})

test('decimals are what they say', (t) => {
  t.is(toNumber(multiply(fromText('0.1'), 3)), 0.3)
  t.is(toNumber(fromText('1e-320')), 1e-320)
  t.is(toNumber(fromText('1.5e300')), 1.5e300)
  t.is(describe(fromText('0.5')), '1/2')
  t.is(fromText('1e3'), 1000)
  t.is(compare(add(fromNumber(0.1), fromNumber(0.2)), fromNumber(0.3)), 0)
})

test('doubles survive the way through fractions', (t) => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
      t.is(toNumber(fromNumber(x)), x + 0)
    }),
  )
})

test('integers follow Python and never overflow', (t) => {
  const integer = fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n })
  const of = (n: bigint): Value => fromText(String(n < 0n ? -n : n)) as Value
  const signed = (n: bigint): Value => (n < 0n ? negate(of(n)) : of(n))
  fc.assert(
    fc.property(integer, integer, (a, b) => {
      const [x, y] = [signed(a), signed(b)]
      t.is(describe(add(x, y)), String(a + b))
      t.is(describe(subtract(x, y)), String(a - b))
      t.is(describe(multiply(x, y)), String(a * b))
      if (b === 0n) return
      const remainder = ((a % b) + b) % b
      t.is(describe(modulo(x, y)), String(remainder))
      t.is(describe(floorDivide(x, y)), String((a - remainder) / b))
      t.is(compare(multiply(divide(x, y), y), x), 0)
    }),
  )
})

test('powers are exact for whole exponents and for roots that come out', (t) => {
  t.is(power(2, 10), 1024)
  t.is(describe(power(2, -3)), '1/8')
  t.is(power(4, fromText('0.5')), 2)
  t.is(power(27, divide(2, 3)), 9)
  t.is(power(-1, 2 ** 40 + 1), -1)
  t.is(toNumber(power(2, fromText('0.5'))), Math.SQRT2)
})

test('what has no value says why', (t) => {
  t.is(
    fault(() => divide(1, 0)),
    'division-by-zero',
  )
  t.is(
    fault(() => floorDivide(7, subtract(3, 3))),
    'division-by-zero',
  )
  t.is(
    fault(() => divide(log(8), log(1))),
    'division-by-zero',
  )
  t.is(
    fault(() => toWhole(divide(7, 2))),
    'not-whole',
  )
  t.is(
    fault(() => toWhole(logarithm(3, 2))),
    'not-whole',
  )
  t.is(
    fault(() => toWhole(power(2, 60))),
    'too-large',
  )
  t.is(
    fault(() => power(3, 2 ** 40)),
    'too-large',
  )
  t.is(
    fault(() => log(0)),
    'domain',
  )
  t.is(
    fault(() => power(0, -1)),
    'division-by-zero',
  )
})
