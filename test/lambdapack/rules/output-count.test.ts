import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('output-count: too few and too many targets', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    A[0], A[1] = potrf(B[0])
    A[2], A[3] = qr_factor(B[0])
`
  const expected = [
    `p.lp:2:5: error: 'potrf' writes 1 tile; 2 on the left
    A[0], A[1] = potrf(B[0])
    ^~~~`,
    `p.lp:3:5: error: 'qr_factor' writes 3 tiles; 2 on the left
    A[2], A[3] = qr_factor(B[0])
    ^~~~`,
  ]
  expectFaults(t, text, expected)
})
