import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('write-to-input: an input that the caller names', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    A[0] = potrf(B[0])
    B[1] = potrf(B[2])
`
  const expected = [
    `p.lp:3:5: error: 'B' is an input, and inputs are not written
    B[1] = potrf(B[2])
    ^~~~`,
  ]
  expectFaults(t, text, expected, { inputs: ['B'] })
})
