import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('unwritten-read: certain without sizes', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    for i in range(1, N):
        A[i] = potrf(B[0])
    C[0] = potrf(A[0])
    C[1] = potrf(A[-1])
`
  const expected = [
    `p.lp:4:18: error: A[0] is written by nobody, and 'A' is no input, as other tiles of it are written (at 3:9)
    C[0] = potrf(A[0])
                 ^~~~`,
    `p.lp:5:18: error: A[-1] is written by nobody, and 'A' is no input, as other tiles of it are written (at 3:9)
    C[1] = potrf(A[-1])
                 ^~~~~`,
  ]
  expectFaults(t, text, expected)
})

test('unwritten-read: at some sizes', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    for i in range(0, N):
        A[i] = potrf(B[i])
        C[i] = potrf(A[i + 1])
`
  const expected = [
    `p.lp:4:22: error: A[3] is written by nobody, and 'A' is no input, as other tiles of it are written (at 3:9): read at i=2 (N=3, x=1)
        C[i] = potrf(A[i + 1])
                     ^~~~~~~~`,
  ]
  expectFaults(t, text, expected, { args: { N: 3 } })
})

test('unwritten-read: inputs, zeros and absent tiles are no faults', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix[N], Z: BigMatrix = 0, N: int):
    for i in range(0, N):
        B[i] = potrf(A[i + 100])
        Z[i] = sum(Z[i + 1], B[i], B[i + N])
`
  const expected: string[] = []
  expectFaults(t, text, expected, { args: { N: 3 } })
})
