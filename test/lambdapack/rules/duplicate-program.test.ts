import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('duplicate-program: the second of a name', (t) => {
  const text = `def p(A: BigMatrix):
    pass

def p(B: BigMatrix):
    pass
`
  const expected = [
    `p.lp:4:5: error: program 'p' is defined twice: here and at 1:5
def p(B: BigMatrix):
    ^`,
  ]
  expectFaults(t, text, expected)
})
