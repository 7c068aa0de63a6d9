import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('program-call: what does not fit', (t) => {
  const text = `def q(X: BigMatrix, Y: BigMatrix[M], M: int, e: int = 1):
    pass

def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    q(A, B, N)
    q(A, 3, N)
    q(A, B)
    q(A, B, N, 1, 2)
    q(A, B, N, f=3)
    q(N, B, A)
    r(A)
    potrf(N)
`
  const expected = [
    `p.lp:5:10: error: parameter 'Y' of 'q' declares its grid; declare that of 'B' in 'p' too
    q(A, B, N)
         ^`,
    `p.lp:6:10: error: parameter 'Y' of 'q' takes a matrix, by its name
    q(A, 3, N)
         ^`,
    `p.lp:7:5: error: the call of 'q' lacks 'M'
    q(A, B)
    ^`,
    `p.lp:7:10: error: parameter 'Y' of 'q' declares its grid; declare that of 'B' in 'p' too
    q(A, B)
         ^`,
    `p.lp:8:10: error: parameter 'Y' of 'q' declares its grid; declare that of 'B' in 'p' too
    q(A, B, N, 1, 2)
         ^`,
    `p.lp:8:19: error: program 'q' takes 4 arguments; 5 given
    q(A, B, N, 1, 2)
                  ^`,
    `p.lp:9:10: error: parameter 'Y' of 'q' declares its grid; declare that of 'B' in 'p' too
    q(A, B, N, f=3)
         ^`,
    `p.lp:9:16: error: program 'q' has no parameter 'f'
    q(A, B, N, f=3)
               ^`,
    `p.lp:10:7: error: parameter 'X' of 'q' takes a matrix, by its name
    q(N, B, A)
      ^`,
    `p.lp:10:10: error: parameter 'Y' of 'q' declares its grid; declare that of 'B' in 'p' too
    q(N, B, A)
         ^`,
    `p.lp:10:13: error: parameter 'M' of 'q' takes a number, and 'A' is a matrix
    q(N, B, A)
            ^`,
    `p.lp:11:5: error: unknown program 'r'
    r(A)
    ^`,
    `p.lp:12:5: error: 'potrf' is a kernel: its result must be assigned to a tile
    potrf(N)
    ^~~~~`,
  ]
  expectFaults(t, text, expected)
})

test('program-call: recursion', (t) => {
  const text = `def q(X: BigMatrix):
    r(X)

def r(X: BigMatrix):
    q(X)
`
  const expected = [
    `p.lp:2:5: error: the call of 'r' leads back to 'q': programs do not call themselves
    r(X)
    ^`,
    `p.lp:5:5: error: the call of 'q' leads back to 'r': programs do not call themselves
    q(X)
    ^`,
  ]
  expectFaults(t, text, expected)
})
