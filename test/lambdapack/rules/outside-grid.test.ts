import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('outside-grid: whatever the sizes', (t) => {
  const text = `def p(A: BigMatrix[N, N], B: BigMatrix[N, N + 1], C: BigMatrix, Z: BigMatrix = 0, N: int):
    for i in range(0, N):
        A[i, N] = potrf(C[i])
        A[i - N, 0] = potrf(C[i])
        B[i, N] = potrf(C[i])
    A[-1, 0] = potrf(C[0])
`
  const expected = [
    `p.lp:3:9: error: this tile lies outside of the declared grid of 'A'
        A[i, N] = potrf(C[i])
        ^~~~~~~`,
    `p.lp:4:9: error: this tile lies outside of the declared grid of 'A'
        A[i - N, 0] = potrf(C[i])
        ^~~~~~~~~~~`,
    `p.lp:6:5: error: this tile lies outside of the declared grid of 'A'
    A[-1, 0] = potrf(C[0])
    ^~~~~~~~`,
  ]
  expectFaults(t, text, expected)
})

test('outside-grid: at some sizes', (t) => {
  const text = `def p(A: BigMatrix[N, N], B: BigMatrix[N, N + 1], C: BigMatrix, Z: BigMatrix = 0, N: int):
    for i in range(0, N):
        A[i + 1, 0] = potrf(C[i])
        A[2 * i, 1] = potrf(C[i])
`
  const expected = [
    `p.lp:3:9: error: write outside of the grid: A[4,0] lies outside of its declared grid 4 x 4 at i=3 (N=4)
        A[i + 1, 0] = potrf(C[i])
        ^~~~~~~~~~~`,
    `p.lp:4:9: error: write outside of the grid: A[4,1] lies outside of its declared grid 4 x 4 at i=2 (N=4); 1 more like it
        A[2 * i, 1] = potrf(C[i])
        ^~~~~~~~~~~`,
  ]
  expectFaults(t, text, expected, { args: { N: 4 } })
})
