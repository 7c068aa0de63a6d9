import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('assigned-twice: in a scope, and in an inner one', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    k = 1
    k = 2
    for i in range(0, N):
        k = i
`
  const expected = [
    `p.lp:3:5: error: 'k' is assigned twice: here and at 2:5; a scalar is assigned once
    k = 2
    ^`,
    `p.lp:5:9: error: 'k' is assigned twice: here and at 3:5; a scalar is assigned once
        k = i
        ^`,
  ]
  expectFaults(t, text, expected)
})

test('assigned-twice: in every branch, and in separate blocks', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    if N > 1:
        k = 1
    elif N > 0:
        k = 2
    else:
        k = 3
    A[k] = potrf(B[0])
    for i in range(1, 3):
        m = i
    for i in range(1, 3):
        m = i
`
  const expected: string[] = []
  expectFaults(t, text, expected)
})
