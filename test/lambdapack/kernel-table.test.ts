import test from 'ava'
import { kernelRegistry } from '../../src/kernels/index.ts'
import { check, type KernelShape } from '../../src/lambdapack/index.ts'

test("the kernels' own table is what the checker takes", (t) => {
  const kernels: readonly KernelShape[] = kernelRegistry.list()
  const text = `def f(A: BigMatrix, B: BigMatrix):
    A[0] = chol(B[0])
    A[1] = potrf(B[1], B[2])
    A[2] = trsm(B[3], B[4])
`
  const found = check({ name: 'f.lp', text }, { kernels })
  t.deepEqual(
    found.map(({ line, column, message }) => `${line}:${column} ${message}`),
    ["3:12 'potrf' reads 1 tile; 2 given"],
  )
})
