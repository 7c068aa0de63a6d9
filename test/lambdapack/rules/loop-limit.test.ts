import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('loop-limit: one loop, and all of them', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    for i in range(0, 2 ** (N * 10)):
        A[i] = potrf(B[i])
    for j in range(0, 50):
        for k in range(0, 50):
            C[j, k] = potrf(B[j])
`
  const expected = [
    `p.lp:2:23: error: this loop runs 1099511627776 times, beyond the limit of 1000 steps (N=4, x=1)
    for i in range(0, 2 ** (N * 10)):
                      ^~~~~~~~~~~~~`,
    `p.lp:5:27: error: the limit of 1000 steps is reached at j=19, k=30 (N=4, x=1)
        for k in range(0, 50):
                          ^~`,
  ]
  expectFaults(t, text, expected, { args: { N: 4 }, limit: 1000 })
})
