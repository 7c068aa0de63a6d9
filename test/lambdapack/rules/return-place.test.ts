import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('return-place: not at the end, in a loop, twice a name', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    for i in range(0, N):
        A[i] = potrf(B[i])
        return A
    return A
    return A, A
`
  const expected = [
    `p.lp:4:9: error: 'return' stands at the end of the program, not inside a loop or a branch: it names the outputs
        return A
        ^~~~~~~~`,
    `p.lp:5:5: error: 'return' is the last statement of a program: what follows it would never run
    return A
    ^~~~~~~~`,
    `p.lp:6:15: error: output 'A' is named twice
    return A, A
              ^`,
  ]
  expectFaults(t, text, expected)
})
