import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('division-by-zero: always', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    k = N // 0
    m = N % (1 - 1)
    A[1 / 0] = potrf(B[0])
`
  const expected = [
    `p.lp:2:11: error: division by zero
    k = N // 0
          ^~`,
    `p.lp:3:11: error: division by zero
    m = N % (1 - 1)
          ^`,
    `p.lp:4:9: error: division by zero
    A[1 / 0] = potrf(B[0])
        ^`,
  ]
  expectFaults(t, text, expected)
})

test('division-by-zero: at some sizes', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    for i in range(0, N):
        A[i] = potrf(B[6 // (i - 2)])
`
  const expected = [
    `p.lp:3:26: error: division of 6 by zero at i=2 (N=4, x=1)
        A[i] = potrf(B[6 // (i - 2)])
                         ^~`,
  ]
  expectFaults(t, text, expected, { args: { N: 4 } })
})
