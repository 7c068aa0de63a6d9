import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('absent-operand: refused in one place, accepted in another', (t) => {
  const text = `def p(A: BigMatrix[N, N], B: BigMatrix[N, N + 1], C: BigMatrix, Z: BigMatrix = 0, N: int):
    for i in range(0, N):
        C[i, 0] = add(A[i, 0], A[i + 1, 0])
        C[i, 1] = add(A[i + 1, 0], A[i, 0])
        C[i, 2] = trsm(A[i, 0], A[i + 2, 0])
        C[i, 3] = sum(A[i, i], A[i + 1, i])
`
  const expected = [
    `p.lp:4:23: error: 'add' takes no absent operand here: A[3,0] lies outside of its declared grid 3 x 3 at i=2 (N=3)
        C[i, 1] = add(A[i + 1, 0], A[i, 0])
                      ^~~~~~~~~~~`,
    `p.lp:5:33: error: 'trsm' takes no absent operand here: A[3,0] lies outside of its declared grid 3 x 3 at i=1 (N=3); 1 more like it
        C[i, 2] = trsm(A[i, 0], A[i + 2, 0])
                                ^~~~~~~~~~~`,
  ]
  expectFaults(t, text, expected, { args: { N: 3 } })
})
