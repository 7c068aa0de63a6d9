import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('parameter: defaults', (t) => {
  const text = `def p(A: BigMatrix = 1, B: BigMatrix = 0, n: int = 1 / 2, x: float = 1 / 2, y: float = x):
    pass
`
  const expected = [
    `p.lp:1:22: error: 'A': only '= 0' may follow a matrix: tiles that nobody wrote read as zeros
def p(A: BigMatrix = 1, B: BigMatrix = 0, n: int = 1 / 2, x: float = 1 / 2, y: float = x):
                     ^`,
    `p.lp:1:52: error: 'n': the default value must be an integer: 1/2 is not a whole number
def p(A: BigMatrix = 1, B: BigMatrix = 0, n: int = 1 / 2, x: float = 1 / 2, y: float = x):
                                                   ^~~~~`,
    `p.lp:1:88: error: 'y': a default value is a constant
def p(A: BigMatrix = 1, B: BigMatrix = 0, n: int = 1 / 2, x: float = 1 / 2, y: float = x):
                                                                                       ^`,
  ]
  expectFaults(t, text, expected)
})
