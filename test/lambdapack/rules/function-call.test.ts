import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('function-call: unknown functions, kernels and wrong numbers', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    k = sqrt(N)
    m = potrf(N)
    n = min(N)
    p = log(N, 2, 3)
    q = ceiling()
`
  const expected = [
    `p.lp:2:9: error: unknown function 'sqrt': there are min, max, log, ceiling, floor
    k = sqrt(N)
        ^~~~`,
    `p.lp:3:9: error: 'potrf' is a kernel: its result goes to a tile, such as A[i, j] = potrf(...)
    m = potrf(N)
        ^~~~~`,
    `p.lp:4:9: error: 'min' takes at least 2 arguments; 1 given
    n = min(N)
        ^~~`,
    `p.lp:5:9: error: 'log' takes 1 or 2 arguments; 3 given
    p = log(N, 2, 3)
        ^~~`,
    `p.lp:6:9: error: 'ceiling' takes 1 argument; 0 given
    q = ceiling()
        ^~~~~~~`,
  ]
  expectFaults(t, text, expected)
})
