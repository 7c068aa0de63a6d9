import test from 'ava'
import { expectFaults } from '../helpers/expect-faults.ts'

test('empty-range: whatever the sizes', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    for i in range(3, 3):
        pass
    for i in range(0, N, -1):
        pass
    for i in range(0, N):
        for j in range(i, i - 2):
            pass
        for k in range(N, i):
            pass
`
  const expected = [
    `p.lp:2:20: error: this range is always empty: the loop over 'i' never runs
    for i in range(3, 3):
                   ^~~~`,
    `p.lp:4:20: error: this range is always empty: the loop over 'i' never runs
    for i in range(0, N, -1):
                   ^~~~~~~~`,
    `p.lp:7:24: error: this range is always empty: the loop over 'j' never runs
        for j in range(i, i - 2):
                       ^~~~~~~~`,
    `p.lp:9:24: error: this range is always empty: the loop over 'k' never runs
        for k in range(N, i):
                       ^~~~`,
  ]
  expectFaults(t, text, expected)
})

test('empty-range: at some sizes only', (t) => {
  const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    for i in range(1, N):
        A[i] = potrf(B[i])
`
  const expected: string[] = []
  expectFaults(t, text, expected, { args: { N: 1 } })
})
