import test from 'ava'
import fc from 'fast-check'
import { compile, EvaluationError, expand, taskId, tileId } from '../../src/lambdapack/index.ts'
import { programOf } from './helpers/compile-text.ts'
import { tsqr } from './helpers/factorizations.ts'

test('a tree over five tiles, expanded by hand', (t) => {
  const { tasks, edges, starters, terminators } = expand(programOf(tsqr), { N: 5 })
  t.deepEqual(
    tasks.map(
      (task) => `${taskId(task)} ${task.reads.map((read) => tileId(read) + (read.absent ? '?' : '')).join(' ')}`,
    ),
    [
      '0:0 A[0,0]',
      '0:1 A[1,0]',
      '0:2 A[2,0]',
      '0:3 A[3,0]',
      '0:4 A[4,0]',
      '1:0,0 R[0,0] R[1,0]',
      '1:0,2 R[2,0] R[3,0]',
      '1:0,4 R[4,0] R[5,0]?',
      '1:1,0 R[0,1] R[2,1]',
      '1:1,4 R[4,1] R[6,1]?',
      '1:2,0 R[0,2] R[4,2]',
    ],
  )
  t.deepEqual(
    [...edges].sort(([a], [b]) => a - b),
    [
      [0, 5],
      [1, 5],
      [2, 6],
      [3, 6],
      [4, 7],
      [5, 8],
      [6, 8],
      [7, 9],
      [8, 10],
      [9, 10],
    ],
  )
  t.deepEqual(starters, [0, 1, 2, 3, 4])
  t.deepEqual(terminators, [10])
})

test('reversed, strided and guarded loops run as in Python', (t) => {
  const text = `def p(A: BigMatrix, N: int):
    for i in range(N, -1, -3):
        if i % 2 == 0 and i > 0:
            k = i // 2
        elif i == 1 or i == 7:
            k = -i
        else:
            k = 100 + i
        A[k] = f()
`
  t.deepEqual(
    expand(programOf(text), { N: 10 }).tasks.map(({ vars, writes }) => [vars[0], writes[0]?.index[0]]),
    [
      [10, 5],
      [7, -7],
      [4, 2],
      [1, -1],
    ],
  )
})

test('what has no value is an error', (t) => {
  const faultOf = (expression: string): string | undefined =>
    t.throws(() => expand(programOf(`def p(A: BigMatrix, N: int):\n    A[${expression}] = f()\n`), { N: 3 }), {
      instanceOf: EvaluationError,
    })?.fault
  t.is(faultOf('1 / (N - 3)'), 'division-by-zero')
  t.is(faultOf('N / 2'), 'not-whole')
  t.is(faultOf('log(N) / log(2)'), 'not-whole')
  t.is(faultOf('log(N - 3)'), 'domain')
})

/** Whole-number expressions in i, j and N. */
const expression = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('i', 'j', 'N', '0', '1', '2', '3', '7'),
    fc
      .tuple(tie('node'), fc.constantFrom('+', '-', '*', '/', '//', '%'), tie('node'))
      .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    tie('node').map((a) => `(-${a})`),
    tie('node').map((a) => `(2 ** max(0, min(5, floor(${a}))))`),
    fc.tuple(fc.constantFrom('min', 'max'), tie('node'), tie('node')).map(([name, a, b]) => `${name}(${a}, ${b})`),
    fc.tuple(fc.constantFrom('floor', 'ceiling'), tie('node')).map(([name, a]) => `${name}(${a})`),
    fc
      .tuple(fc.constantFrom('floor', 'ceiling'), tie('node'), fc.constantFrom(2, 3, 10))
      .chain(([name, a, base]) =>
        fc.constantFrom(
          `${name}(log(max(1, ${a})) / log(${base}))`,
          `${name}(log(max(1, ${a}), ${base}) + 1)`,
          `${name}(log(max(1, ${a}), ${base}))`,
        ),
      ),
  ),
})).node

const resultOf = (evaluate: () => unknown): unknown => {
  try {
    return evaluate()
  } catch (error) {
    if (error instanceof EvaluationError) return error.fault === 'too-large' ? 'too-large' : 'no value'
    throw error
  }
}

test('both arithmetics give every expression the same value, or none', (t) => {
  let [values, faults] = [0, 0]
  fc.assert(
    fc.property(expression, fc.integer({ min: -9, max: 9 }), fc.integer({ min: -3, max: 70 }), (text, at, N) => {
      const program = programOf(
        `def p(A: BigMatrix, N: int):\n    for i in range(${at}, ${at + 1}):\n        for j in range(i + 1, i + 2):\n            A[${text}] = f()\n`,
      )
      const fast = resultOf(
        () => compile(program, { N }).detail({ statement: 0, vars: [at, at + 1] }).writes[0]?.index[0],
      )
      if (fast === 'too-large') return
      const slow = resultOf(() => expand(program, { N }).tasks[0]?.writes[0]?.index[0])
      if (typeof slow === 'number') values++
      else faults++
      if (!Object.is(fast, slow)) throw new Error(`${text} at i=${at}, N=${N}: ${fast}, expanded ${slow}`)
    }),
    { numRuns: 2000 },
  )
  t.true(values > 500 && faults > 50, `${values} values, ${faults} faults`)
})
