import { readFileSync } from 'node:fs'
import test from 'ava'
import { CompileError, EvaluationError, parseTaskId, taskId, tileId } from '../../src/lambdapack/index.ts'
import { compileText } from './helpers/compile-text.ts'

const cholesky = readFileSync(new URL('../../src/lambdapack/programs/cholesky.lp', import.meta.url), 'utf8')
const ids = (tasks: Iterable<Parameters<typeof taskId>[0]>): string[] => [...tasks].map(taskId)

test('a program of a thousand tile rows answers as one of four does', (t) => {
  const big = compileText(cholesky, { N: 1024 })
  const reached = big.childrenOf({ statement: 5, vars: [500, 1023, 700] })
  t.deepEqual(ids(reached), ['5:501,1023,700'])
  t.deepEqual(ids(big.parentsOf({ statement: 1, vars: [1023] })), ['5:1022,1023,1023'])
  t.is(big.readersOf({ matrix: 'L', index: [512, 512] }).length, 511)
  const [first] = big.starters()
  t.is(taskId(first!), '0:0')
  t.is(big.statements.length, 6)
})

test('roles: never written is input, returned is output, the rest intermediate', (t) => {
  const roles = (text: string, options = {}): Record<string, string> =>
    Object.fromEntries(compileText(text, {}, options).matrices.map(({ name, role }) => [name, role]))
  const body = '    T[0] = f(A[0])\n    B[0] = f(T[0])\n'
  const head = 'def p(A: BigMatrix, T: BigMatrix, B: BigMatrix):\n'
  t.deepEqual(roles(`${head}${body}    return B\n`), { A: 'input', T: 'intermediate', B: 'output' })
  t.deepEqual(roles(head + body), { A: 'input', T: 'output', B: 'output' })
  t.deepEqual(roles(head + body, { bound: ['A', 'B'] }), { A: 'input', T: 'intermediate', B: 'output' })
})

test('statements carry line and text; details carry scalars as numbers', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, N: int, alpha: float = 0.1):
    for i in range(N):
        half = i / 2
        B[i] = f(A[i], 3 * alpha, i, shift=half + 1, n=-N)
`
  const compiled = compileText(text, { N: 4 })
  t.deepEqual(compiled.args, { N: 4, alpha: 0.1 })
  t.deepEqual(compiled.statements, [
    { ordinal: 0, kernel: 'f', variables: ['i'], line: 4, text: 'B[i] = f(A[i], 3 * alpha, i, shift=half + 1, n=-N)' },
  ])
  t.deepEqual(compiled.detail({ statement: 0, vars: [3] }), {
    statement: 0,
    vars: [3],
    kernel: 'f',
    reads: [{ matrix: 'A', index: [3], absent: false }],
    writes: [{ matrix: 'B', index: [3] }],
    scalars: { positional: [0.3, 3], keywords: { shift: 2.5, n: -4 } },
  })
})

test('reads outside of a declared grid are absent and wait for nobody', (t) => {
  const text = `def p(A: BigMatrix, C: BigMatrix, B: BigMatrix[N] = 0, N: int):
    for i in range(N):
        B[i] = f(A[i])
    for i in range(N):
        C[i] = g(B[i - 1], B[i + 1])
`
  const compiled = compileText(text, { N: 2 })
  const detail = compiled.detail({ statement: 1, vars: [0] })
  t.deepEqual(
    detail.reads.map((read) => [tileId(read), read.absent]),
    [
      ['B[-1]', true],
      ['B[1]', false],
    ],
  )
  t.deepEqual(ids(compiled.parentsOf({ statement: 1, vars: [0] })), ['0:1'])
  t.deepEqual(compiled.readersOf({ matrix: 'B', index: [-1] }), [])
  const info = compiled.matrices.find(({ name }) => name === 'B')
  t.deepEqual(info && { grid: info.grid, zeros: info.zeros, rank: info.rank }, { grid: [2], zeros: true, rank: 1 })
})

test('negative indices are indices like others', (t) => {
  const compiled = compileText(`def p(A: BigMatrix, B: BigMatrix, C: BigMatrix):
    B[-1] = f(A[0])
    for i in range(-2, 1):
        C[i] = f(B[i])
`)
  t.deepEqual(ids(compiled.childrenOf({ statement: 0, vars: [] })), ['1:-1'])
})

test('two parameters bound to one array are one matrix', (t) => {
  const text =
    'def p(A: BigMatrix, B: BigMatrix, C: BigMatrix):\n    B[0] = f(A[0])\n    C[0] = f(B[0])\n    C[1] = g(C[0])\n'
  t.deepEqual(ids(compileText(text).starters()), ['0:'])
  const aliased = compileText(
    'def p(A: BigMatrix, B: BigMatrix, C: BigMatrix):\n    B[0] = f(A[0])\n    A[1] = f(C[0])\n',
    {},
    {
      aliases: { C: 'B' },
    },
  )
  t.deepEqual(ids(aliased.childrenOf({ statement: 0, vars: [] })), ['1:'])
  t.deepEqual(
    aliased.matrices.map(({ name }) => name),
    ['A', 'B'],
  )
})

test('a task that reads a tile twice, or two tiles of one parent, is one child', (t) => {
  const compiled = compileText(
    'def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, D: BigMatrix):\n    B[0], C[0] = f(A[0])\n    D[0] = g(B[0], B[0], C[0])\n',
  )
  t.deepEqual(ids(compiled.childrenOf({ statement: 0, vars: [] })), ['1:'])
  t.deepEqual(ids(compiled.parentsOf({ statement: 1, vars: [] })), ['0:'])
  t.is(compiled.readersOf({ matrix: 'B', index: [0] }).length, 1)
})

test('monotone indices and conditions are found by bisection among a million values', (t) => {
  const compiled = compileText(
    `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int):
    for i in range(N):
        B[i] = f(A[i // 1000])
    for i in range(N - 1, -1, -1):
        if i >= N - 3:
            C[i] = g(A[2 ** 5])
`,
    { N: 1_000_000 },
  )
  t.is(compiled.readersOf({ matrix: 'A', index: [5] }).length, 1000)
  t.deepEqual(ids(compiled.readersOf({ matrix: 'A', index: [32] }).slice(1000)), ['1:999999', '1:999998', '1:999997'])
})

test('arguments that do not fit are refused by name', (t) => {
  const text = 'def p(A: BigMatrix, N: int, x: float = 1):\n    for i in range(N):\n        A[i] = f(x)\n'
  const message = (args: Record<string, number>, options = {}): string | undefined =>
    t.throws(() => compileText(text, args, options), { instanceOf: CompileError })?.message
  t.is(message({}), "program 'p' needs a value for its argument 'N'")
  t.is(message({ N: 1, K: 2 }), "program 'p' has no scalar parameter 'K'; it has N, x")
  t.is(message({ N: 1.5 }), "argument 'N' of program 'p' must be an integer; it is 1.5")
  t.is(message({ N: 1 }, { aliases: { B: 'A' } }), "'B' cannot stand for 'A': program 'p' has the matrices A")
  t.is(
    t.throws(() => compileText(text, { N: 1 }).detail({ statement: 3, vars: [] }))?.message,
    "program 'p' has no task 3:",
  )
})

test('an expression without a value is an error when its task is asked for', (t) => {
  const compiled = compileText(
    'def p(A: BigMatrix, B: BigMatrix, N: int):\n    for i in range(N):\n        B[i] = f(A[i / 2])\n',
    { N: 3 },
  )
  t.deepEqual(compiled.detail({ statement: 0, vars: [2] }).reads[0]?.index, [1])
  t.is(
    t.throws(() => compiled.detail({ statement: 0, vars: [1] }), { instanceOf: EvaluationError })?.fault,
    'not-whole',
  )
  t.throws(() => [...compileText('def p(A: BigMatrix):\n    for i in range(0, 2, 0):\n        A[i] = f()\n').tasks()], {
    message: "the step of the loop over 'i' is 0",
  })
})

test('task ids go both ways', (t) => {
  for (const task of [
    { statement: 0, vars: [] },
    { statement: 3, vars: [4, -1, 0] },
  ])
    t.deepEqual(parseTaskId(taskId(task)), task)
})
