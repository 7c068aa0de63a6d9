import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('one-branch: used after the branches', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    if N > 1:
        k = 1
    elif N > 0:
        k = 2
    A[k] = potrf(B[0])
`
  const expected = [
    `p.lp:3:9: error: 'k' is not assigned in every branch, and is used at 6:7; assign it in every branch of an if/else
        k = 1
        ^`,
  ]
  expectFaults(t, text, expected)
})

test('one-branch: used within its branch', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    if N > 1:
        k = 1
        A[k] = potrf(B[0])
`
  const expected: string[] = []
  expectFaults(t, text, expected)
})
