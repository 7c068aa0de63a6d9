import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('shadowed-name: a loop variable over another, a parameter, a matrix and a scalar', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    k = 1
    for i in range(0, N):
        for i in range(0, 2):
            pass
        for N in range(0, 2):
            pass
    for B in range(0, 2):
        pass
    for k in range(0, 2):
        pass
    N = 3
`
  const expected = [
    `p.lp:4:13: error: loop variable 'i' shadows the loop variable 'i' of 3:9
        for i in range(0, 2):
            ^`,
    `p.lp:6:13: error: loop variable 'N' shadows the parameter 'N' of 1:49
        for N in range(0, 2):
            ^`,
    `p.lp:8:9: error: loop variable 'B' shadows the matrix 'B' of 1:21
    for B in range(0, 2):
        ^`,
    `p.lp:10:9: error: loop variable 'k' shadows the scalar 'k' of 2:5
    for k in range(0, 2):
        ^`,
    `p.lp:12:5: error: 'N' cannot be assigned: it is the parameter 'N' of 1:49; choose another name
    N = 3
    ^`,
  ]
  expectFaults(t, text, expected)
})

test('shadowed-name: loops one after the other may share a name', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    for i in range(0, N):
        A[i] = potrf(B[i])
    for i in range(0, N):
        C[i] = potrf(B[i])
`
  const expected: string[] = []
  expectFaults(t, text, expected)
})
