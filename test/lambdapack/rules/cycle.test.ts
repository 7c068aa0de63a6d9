import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('cycle: a call that reads what it writes', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    A[N - 1] = potrf(A[N - 1])
`
  const expected = [
    `p.lp:2:5: error: cycle: this call reads A[N - 1], the tile that it writes; a tile is assigned once, write to another matrix
    A[N - 1] = potrf(A[N - 1])
    ^~~~~~~~`,
  ]
  expectFaults(t, text, expected)
})

test('cycle: through two statements', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    for i in range(0, N):
        A[i] = potrf(C[i])
        C[i] = add(B[i], A[i])
`
  const expected = [
    `p.lp:3:9: error: cycle: 3:9 waits for C[i], 4:9 waits for A[i]
        A[i] = potrf(C[i])
        ^~~~`,
  ]
  expectFaults(t, text, expected, { args: { N: 2 } })
})

test('cycle: through two statements, whatever the sizes', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    for i in range(0, N):
        A[i] = potrf(C[i])
        C[i] = add(B[i], A[i])
`
  const expected = [
    `p.lp:3:9: error: cycle: 3:9 waits for C[i], 4:9 waits for A[i]
        A[i] = potrf(C[i])
        ^~~~`,
  ]
  expectFaults(t, text, expected)
})

test('cycle: through iterations', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    for i in range(0, N):
        A[i] = potrf(A[(i + 1) % N])
`
  const expected = [
    `p.lp:3:9: error: cycle: 3:9 at i=0 waits for A[1], 3:9 at i=1 waits for A[2], 3:9 at i=2 waits for A[0] (N=3, x=1)
        A[i] = potrf(A[(i + 1) % N])
        ^~~~`,
  ]
  expectFaults(t, text, expected, { args: { N: 3 } })
})

test('cycle: a chain is none', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, N: int):
    A[0] = potrf(B[0])
    for i in range(N - 1, 0, -1):
        A[i] = potrf(A[i - 1])
`
  const expected: string[] = []
  expectFaults(t, text, expected, { args: { N: 5 } })
})
