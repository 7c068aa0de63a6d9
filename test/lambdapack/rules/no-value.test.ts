import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('no-value: logarithm of zero, and what is too large', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    k = log(0)
    A[2 ** 60] = potrf(B[0])
    m = log(N - 4)
`
  const expected = [
    `p.lp:2:9: error: log(0) does not exist: its argument must be positive
    k = log(0)
        ^~~~~~`,
    `p.lp:3:7: error: 1152921504606846976 is beyond the integers up to 2^53 that indices and bounds may have (N=4, x=1)
    A[2 ** 60] = potrf(B[0])
      ^~~~~~~`,
    `p.lp:4:9: error: log(0) does not exist: its argument must be positive (N=4, x=1)
    m = log(N - 4)
        ^~~~~~~~~~`,
  ]
  expectFaults(t, text, expected, { args: { N: 4 } })
})

test('no-value: a negative extent', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix[N - 3], N: int):
    B[0] = potrf(A[0])
`
  const expected = [
    `p.lp:1:34: error: a declared extent is negative: -2 (N=1)
def p(A: BigMatrix, B: BigMatrix[N - 3], N: int):
                                 ^~~~~`,
  ]
  expectFaults(t, text, expected, { args: { N: 1 } })
})
