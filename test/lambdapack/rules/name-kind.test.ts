import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('name-kind: a matrix as a number, a number as a matrix', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    A[B] = potrf(N[0])
    k = C + 1
    return N
`
  const expected = [
    `p.lp:2:7: error: 'B' is a matrix, and a number is wanted here
    A[B] = potrf(N[0])
      ^`,
    `p.lp:2:18: error: 'N' is a scalar parameter, and a matrix is wanted here
    A[B] = potrf(N[0])
                 ^`,
    `p.lp:3:9: error: 'C' is a matrix, and a number is wanted here
    k = C + 1
        ^`,
    `p.lp:4:12: error: 'N' is a scalar parameter, and a matrix is wanted here
    return N
           ^`,
  ]
  expectFaults(t, text, expected)
})
