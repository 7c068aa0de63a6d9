import test from 'ava'
import { CompileError, inline, parse, print } from '../../src/lambdapack/index.ts'

function inlined(text: string, name?: string): string {
  return print(inline(parse({ name: 'p.lp', text }).module, name))
}

test('a call becomes the body of its program, with matrices and scalars of the caller', (t) => {
  const text = `def column(X: BigMatrix, Y: BigMatrix, at: int, n: int, shift: int = 2):
    for r in range(0, n):
        Y[r + shift, at] = identity(X[r * n], shift, scale=at)
    return Y

def all(A: BigMatrix, B: BigMatrix, N: int):
    for c in range(0, N):
        column(A, B, c, N - 1)
    return B
`
  t.is(
    inlined(text),
    `def all(A: BigMatrix, B: BigMatrix, N: int):
    for c in range(0, N):
        for r in range(0, N - 1):
            B[r + 2, c] = identity(A[r * (N - 1)], 2, scale=c)
    return B
`,
  )
})

test('loop variables and scalars that would collide get a number', (t) => {
  const text = `def inner(X: BigMatrix, n: int):
    k = n + 1
    for i in range(0, k):
        X[i, n] = identity(X[i, n + k])

def outer(A: BigMatrix, N: int):
    for i in range(0, N):
        inner(A, i)
        inner(A, i + 9)
    k = 3
    inner(A, k)
`
  t.is(
    inlined(text),
    `def outer(A: BigMatrix, N: int):
    for i in range(0, N):
        k_1 = i + 1
        for i_1 in range(0, k_1):
            A[i_1, i] = identity(A[i_1, i + k_1])
        k_2 = i + 9 + 1
        for i_1 in range(0, k_2):
            A[i_1, i + 9] = identity(A[i_1, i + 9 + k_2])
    k = 3
    k_3 = k + 1
    for i in range(0, k_3):
        A[i, k] = identity(A[i, k + k_3])
`,
  )
})

test('calls within called programs are inlined too, in branches as well', (t) => {
  const text = `def a(X: BigMatrix, i: int):
    X[i] = identity(X[i + 1])

def b(Y: BigMatrix, m: int):
    if m > 1:
        a(Y, m)
    else:
        a(Y, i=m - 1)

def c(Z: BigMatrix, N: int):
    b(Z, N)
`
  t.is(
    inlined(text),
    `def c(Z: BigMatrix, N: int):
    if N > 1:
        Z[N] = identity(Z[N + 1])
    else:
        Z[N - 1] = identity(Z[N - 1 + 1])
`,
  )
})

test('the last program is inlined unless one is named', (t) => {
  const text = 'def a(X: BigMatrix):\n    pass\n\ndef b(X: BigMatrix):\n    pass\n'
  t.is(inlined(text), 'def b(X: BigMatrix):\n    pass\n')
  t.is(inlined(text, 'a'), 'def a(X: BigMatrix):\n    pass\n')
  t.throws(() => inlined(text, 'c'), {
    instanceOf: CompileError,
    message: "there is no program 'c' here; there is a, b",
  })
  t.throws(() => inlined(''), { instanceOf: CompileError })
})

test('calls that cannot be inlined are refused', (t) => {
  for (const call of ['r(X)', 'q(X)', 'p(X, 1)', 'p(1)', 'p()', 'p(Y=X)']) {
    const text = `def p(X: BigMatrix):\n    pass\n\ndef q(X: BigMatrix):\n    ${call}\n`
    t.throws(() => inlined(text), { instanceOf: CompileError, message: /cannot be inlined/ }, call)
  }
})
