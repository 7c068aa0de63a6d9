import test from 'ava'
import { check, type Diagnostic, renderDiagnostic } from '../../src/lambdapack/index.ts'
import { kernels, validPrograms } from './corpus.ts'
import { mutate } from './mutate.ts'

for (const { name, text, sizes } of validPrograms) {
  test(`${name} has no fault`, (t) => {
    const source = { name: 'valid.lp', text }
    const render = (found: readonly Diagnostic[]): string[] => found.map((one) => renderDiagnostic(one, source))
    t.deepEqual(render(check(source, { kernels })), [])
    for (const args of sizes) t.deepEqual(render(check(source, { kernels, args })), [], JSON.stringify(args))
  })
}

test('ten faults in one program are ten diagnostics, in order of the text', (t) => {
  const text = `def ten(A: BigMatrix, L: BigMatrix[N, N], S: BigMatrix, W: BigMatrix, N: int):
    for i in range(0, N):
        L[i, i] = cholx(A[i, i])
        L[i, K] = trsm(L[i, i], A[i, i])
        for i in range(1, 3):
            pass
        S[i] = potrf(A[i, i], A[i, 0])
        for m in range(0, N, 0):
            pass
        while N: pass
        S[i, 1] = potrf(A[i, i])
    x = 1 // 0
    L[N, 0] = potrf(A[0, 0])
    return L, W
`
  const found = check({ name: 'ten.lp', text }, { kernels })
  t.deepEqual(
    found.map(({ line, column, code }) => `${line}:${column} ${code}`),
    [
      '3:19 unknown-kernel',
      '4:14 unknown-name',
      '5:13 shadowed-name',
      '7:16 operand-count',
      '8:30 zero-step',
      '10:9 unsupported',
      '11:9 index-count',
      '12:11 division-by-zero',
      '13:5 outside-grid',
      '14:15 output-unwritten',
    ],
  )
})

test('a diagnostic names file, line and column, and shows the line with a caret', (t) => {
  const source = { name: 'dir/chol.lp', text: 'def f(A: BigMatrix, B: BigMatrix):\n\tA[0] = chol(B[k], 3) # ü\n' }
  const [diagnostic] = check(source, { kernels })
  t.is(
    diagnostic && renderDiagnostic(diagnostic, source),
    "dir/chol.lp:2:16: error: unknown name 'k'\n\tA[0] = chol(B[k], 3) # ü\n\t              ^",
  )
})

test('columns count characters, also beyond the basic plane', (t) => {
  const text = 'def f(A: BigMatrix, B: BigMatrix):\r\n    "😀€"; A[0] = potrf(B[k]); A[1] = potrf(B[q])\r\n'
  const [, diagnostic] = check({ name: 'f', text }, { kernels })
  t.like(diagnostic, { line: 2, column: 46 })
})

test('arguments are checked against the program that is run', (t) => {
  const source = {
    name: 'f.lp',
    text: 'def g(A: BigMatrix, N: int):\n    pass\n\ndef f(B: BigMatrix, K: int, x: float = 1):\n    pass\n',
  }
  const messages = (options: object): string[] =>
    check(source, { kernels, ...options }).map(({ line, column, message }) => `${line}:${column} ${message}`)
  t.deepEqual(messages({}), [])
  t.deepEqual(messages({ args: { K: 1 } }), [])
  t.deepEqual(messages({ args: { N: 4, K: 1.5 } }), [
    "4:5 argument 'N' is given, and program 'f' takes K, x",
    "4:21 argument 'K' must be an integer; it is 1.5",
  ])
  t.deepEqual(messages({ args: {}, program: 'g' }), ["1:21 argument 'N' has no value: give --arg N=..."])
  t.throws(() => messages({ program: 'h' }), { message: /there is no program 'h' here; there is g, f/ })
})

test('two parameters of one array are one matrix', (t) => {
  const source = {
    name: 'f',
    text: 'def f(A: BigMatrix, B: BigMatrix, C: BigMatrix):\n    A[0] = potrf(C[0])\n    B[0] = potrf(C[1])\n',
  }
  t.deepEqual(check(source, { kernels }), [])
  const [found] = check(source, { kernels, aliases: { B: 'A' } })
  t.is(found?.message, 'A[0] is written twice: here and at 2:5')
})

test('no mutation of a text makes the checker throw or hang', (t) => {
  for (const [position, { text, sizes }] of validPrograms.entries()) {
    for (let seed = 0; seed < 60; seed += 1) {
      const mutant = { name: 'mutant', text: mutate(text, position * 7919 + seed) }
      const args = sizes.at(-1)
      const found = check(mutant, { kernels, limit: 20_000, ...(seed % 2 === 0 && args !== undefined ? { args } : {}) })
      for (const diagnostic of found) {
        t.regex(renderDiagnostic(diagnostic, mutant), /^mutant:\d+:\d+: error: .+\n.*\n\s*\^~*$/)
      }
    }
  }
})
