import test from 'ava'
import { kernelRegistry } from '../../../src/kernels/index.ts'
import { check, renderDiagnostic } from '../../../src/lambdapack/index.ts'
import { expectFaults } from '../helpers/expect-faults.ts'

const text = `def p(A: BigMatrix, B: BigMatrix, C: BigMatrix, N: int, x: float = 1):
    A[0] = scale(B[0], beta=2)
    A[1] = gemm(B[0], B[1], alpha=x, trans_c=1)
    A[2] = copy(B[0], 3)
    A[3] = scale(B[0], x, 2 * N)
    A[4] = scale(B[0], x, alpha=N)
    A[5] = gemm(C, B[1], alpha=1)
    A[6] = gemm(B[0], B[1], 1, 0, trans_b=1)
`

test('kernel-scalar: unknown, too many, given twice', (t) => {
  const source = { name: 'p.lp', text }
  const found = check(source, { kernels: kernelRegistry.list() })
  t.deepEqual(
    found.filter(({ code }) => code === 'kernel-scalar').map((one) => renderDiagnostic(one, source)),
    [
      `p.lp:2:24: error: 'scale' has no scalar 'beta'; it takes alpha
    A[0] = scale(B[0], beta=2)
                       ^~~~`,
      `p.lp:3:38: error: 'gemm' has no scalar 'trans_c'; it takes alpha, beta, trans_a, trans_b; did you mean 'trans_a'?
    A[1] = gemm(B[0], B[1], alpha=x, trans_c=1)
                                     ^~~~~~~`,
      `p.lp:4:23: error: 'copy' is given 1 scalar; it takes none
    A[2] = copy(B[0], 3)
                      ^`,
      `p.lp:5:27: error: 'scale' is given 2 scalars; it takes alpha
    A[3] = scale(B[0], x, 2 * N)
                          ^~~~~`,
      `p.lp:6:27: error: 'scale' is given 'alpha' by position and by keyword
    A[4] = scale(B[0], x, alpha=N)
                          ^~~~~`,
    ],
  )
})

test('kernel-scalar: nothing is said about kernels that do not state theirs', (t) => {
  expectFaults(t, text.slice(0, text.indexOf('    A[1]')).replace('scale', 'potrf'), [])
})

test('every kernel of the registry states the scalars that it takes', (t) => {
  for (const { name, scalars, shape } of kernelRegistry.list()) {
    t.truthy(scalars, name)
    const operands = Array.from({ length: 6 }, () => ({ rows: 2, cols: 2 }))
    const positional = Array.from({ length: scalars!.length + 1 }, () => 0)
    try {
      shape(operands, { positional, keywords: {} })
      t.fail(`${name} takes more scalars than it states`)
    } catch (error) {
      const known = scalars!.length === 0 ? 'it takes none' : `it takes ${scalars!.join(', ')}`
      t.true((error as Error).message.endsWith(known), (error as Error).message)
    }
  }
})
