import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('written-twice: certain without sizes', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    for i in range(0, N):
        A[i, i] = potrf(B[i])
        A[i, 2 * i - i] = potrf(B[i])
        C[i], C[i] = split(B[i])
`
  const expected = [
    `p.lp:4:9: error: A[i, 2 * i - i] is written twice: here and at 3:9
        A[i, 2 * i - i] = potrf(B[i])
        ^~~~~~~~~~~~~~~`,
    `p.lp:5:15: error: C[i] is written twice: here and at 5:9
        C[i], C[i] = split(B[i])
              ^~~~`,
  ]
  expectFaults(t, text, expected)
})

test('written-twice: two iterations of one statement', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    for i in range(0, N):
        for j in range(0, i + 1):
            A[1, i + j] = potrf(B[i, j])
`
  const expected = [
    `p.lp:4:13: error: A[1,2] is written twice: here at i=2, j=0 and at 4:13 at i=1, j=1 (N=4, x=1); 2 more like it
            A[1, i + j] = potrf(B[i, j])
            ^~~~~~~~~~~`,
  ]
  expectFaults(t, text, expected, { args: { N: 4 } })
})

test('written-twice: two statements together, at some sizes', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    for i in range(0, N):
        A[i] = potrf(B[i])
    for j in range(0, N, 2):
        A[j + 3] = potrf(B[j])
`
  const expected = [
    `p.lp:5:9: error: A[3] is written twice: here at j=0 and at 3:9 at i=3 (N=4, x=1)
        A[j + 3] = potrf(B[j])
        ^~~~~~~~`,
  ]
  expectFaults(t, text, expected, { args: { N: 4 } })
})

test('written-twice: not at others', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    for i in range(0, N):
        A[i] = potrf(B[i])
    for j in range(0, N, 2):
        A[j + 3] = potrf(B[j])
`
  const expected: string[] = []
  expectFaults(t, text, expected, { args: { N: 3 } })
})
