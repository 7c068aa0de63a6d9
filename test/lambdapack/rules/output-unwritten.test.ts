import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('output-unwritten: never, and not at these sizes', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    for i in range(0, N):
        A[i] = potrf(B[i])
    return A, C
`
  const expected = [
    `p.lp:4:12: error: output 'A' is never written: no statement that writes it runs (N=0, x=1)
    return A, C
           ^`,
    `p.lp:4:15: error: output 'C' is never written
    return A, C
              ^`,
  ]
  expectFaults(t, text, expected, { args: { N: 0 } })
})
