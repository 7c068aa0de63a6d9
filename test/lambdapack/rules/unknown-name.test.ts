import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('unknown-name: in an index, a kernel, a bound and a return', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    for i in range(0, M):
        A[i] = potrf(D[j])
    return A, E
`
  const expected = [
    `p.lp:2:23: error: unknown name 'M'
    for i in range(0, M):
                      ^`,
    `p.lp:3:22: error: unknown matrix 'D': it is no parameter of 'p'
        A[i] = potrf(D[j])
                     ^`,
    `p.lp:3:24: error: unknown name 'j'
        A[i] = potrf(D[j])
                       ^`,
    `p.lp:4:15: error: unknown matrix 'E': it is no parameter of 'p'
    return A, E
              ^`,
  ]
  expectFaults(t, text, expected)
})

test('unknown-name: before it is assigned, and after its block', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    A[k] = potrf(B[0])
    k = 1
    for i in range(0, N):
        m = i
    A[m] = potrf(B[i])
`
  const expected = [
    `p.lp:2:7: error: 'k' is used before it is assigned
    A[k] = potrf(B[0])
      ^`,
    `p.lp:6:7: error: 'm' has no value here: it is assigned in a block that has ended
    A[m] = potrf(B[i])
      ^`,
    `p.lp:6:20: error: 'i' has no value here: it is assigned in a block that has ended
    A[m] = potrf(B[i])
                   ^`,
  ]
  expectFaults(t, text, expected)
})

test('unknown-name: with the nearest name', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, size: int, x: float = 1):
    A[siez] = potrf(B[0])
`
  const expected = [
    `p.lp:2:7: error: unknown name 'siez'; did you mean 'size'?
    A[siez] = potrf(B[0])
      ^~~~`,
  ]
  expectFaults(t, text, expected)
})
