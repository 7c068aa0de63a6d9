import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('operand-count: too few, too many, at least one', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    A[0] = trsm(B[0])
    A[1] = gemm(B[0], B[1], B[2], B[3], 4.5)
    A[2] = sum()
    A[3] = syrk(B[0], B[1], B[2])
`
  const expected = [
    `p.lp:2:12: error: 'trsm' reads 2 tiles; 1 given
    A[0] = trsm(B[0])
           ^~~~`,
    `p.lp:3:12: error: 'gemm' reads 2 to 3 tiles; 4 given
    A[1] = gemm(B[0], B[1], B[2], B[3], 4.5)
           ^~~~`,
    `p.lp:4:12: error: 'sum' reads at least 1 tile; 0 given
    A[2] = sum()
           ^~~`,
  ]
  expectFaults(t, text, expected)
})
