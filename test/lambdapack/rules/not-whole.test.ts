import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('not-whole: always', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    A[1 / 2] = potrf(B[4 / 2])
    for i in range(0, 2.5):
        pass
`
  const expected = [
    `p.lp:2:7: error: 1/2 is not a whole number
    A[1 / 2] = potrf(B[4 / 2])
      ^~~~~`,
    `p.lp:3:23: error: 5/2 is not a whole number
    for i in range(0, 2.5):
                      ^~~`,
  ]
  expectFaults(t, text, expected)
})

test('not-whole: at some sizes', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    for i in range(0, N):
        A[i] = potrf(B[i / 2])
    for j in range(0, x):
        C[j] = potrf(B[j])
`
  const expected = [
    `p.lp:3:24: error: 1/2 is not a whole number at i=1 (N=5, x=3/2); 1 more like it
        A[i] = potrf(B[i / 2])
                       ^~~~~`,
    `p.lp:4:23: error: 3/2 is not a whole number (N=5, x=3/2)
    for j in range(0, x):
                      ^`,
  ]
  expectFaults(t, text, expected, { args: { N: 5, x: 1.5 } })
})

test('not-whole: logarithms are exact', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    A[ceiling(log(N) / log(2))] = potrf(B[log(125) / log(5)])
    C[log(N)] = potrf(B[0])
`
  const expected = [
    `p.lp:3:7: error: 20.101268236238415 is not a whole number (N=536870912, x=1)
    C[log(N)] = potrf(B[0])
      ^~~~~~`,
  ]
  expectFaults(t, text, expected, { args: { N: 536870912 } })
})
