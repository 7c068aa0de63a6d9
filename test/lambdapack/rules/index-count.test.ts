import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('index-count: between two uses', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    A[0] = potrf(B[0, 1])
    A[1, 1] = potrf(B[1])
`
  const expected = [
    `p.lp:3:5: error: 'A' has 2 indices here and 1 at 2:5
    A[1, 1] = potrf(B[1])
    ^~~~~~~`,
    `p.lp:3:21: error: 'B' has 1 index here and 2 at 2:18
    A[1, 1] = potrf(B[1])
                    ^~~~`,
  ]
  expectFaults(t, text, expected)
})

test('index-count: against the declared grid', (t) => {
  const text = `def p(A: BigMatrix[N, N], B: BigMatrix[N, N + 1], C: BigMatrix, Z: BigMatrix = 0, N: int):
    A[0] = potrf(C[0])
    C[1, 2] = potrf(B[0, 0, 0])
`
  const expected = [
    `p.lp:2:5: error: 'A' takes 2 indices, as its declared grid has; 1 given
    A[0] = potrf(C[0])
    ^~~~`,
    `p.lp:3:5: error: 'C' has 2 indices here and 1 at 2:18
    C[1, 2] = potrf(B[0, 0, 0])
    ^~~~~~~`,
    `p.lp:3:21: error: 'B' takes 2 indices, as its declared grid has; 3 given
    C[1, 2] = potrf(B[0, 0, 0])
                    ^~~~~~~~~~`,
  ]
  expectFaults(t, text, expected)
})
