import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('zero-step: always, and at some sizes', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    for i in range(0, N, 0):
        pass
    for j in range(0, N, N - 2):
        A[j] = potrf(B[j])
`
  const expected = [
    `p.lp:2:26: error: the step of a range is 0
    for i in range(0, N, 0):
                         ^`,
    `p.lp:4:26: error: the step of a range is 0 (N=2, x=1)
    for j in range(0, N, N - 2):
                         ^~~~~`,
  ]
  expectFaults(t, text, expected, { args: { N: 2 } })
})
