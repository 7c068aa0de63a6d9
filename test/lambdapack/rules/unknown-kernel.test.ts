import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('unknown-kernel: with the nearest name', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    A[0] = potrff(B[0])
    A[1] = quux(B[0])
`
  const expected = [
    `p.lp:2:12: error: unknown kernel 'potrff'; did you mean 'potrf'?
    A[0] = potrff(B[0])
           ^~~~~~`,
    `p.lp:3:12: error: unknown kernel 'quux'
    A[1] = quux(B[0])
           ^~~~`,
  ]
  expectFaults(t, text, expected)
})

test('unknown-kernel: a program in its place', (t) => {
  const text = `def q(A: BigMatrix):
    pass

def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    A[0] = q(B[0])
`
  const expected = [
    `p.lp:5:12: error: 'q' is a program: it is called on a line of its own, without targets
    A[0] = q(B[0])
           ^`,
  ]
  expectFaults(t, text, expected)
})
