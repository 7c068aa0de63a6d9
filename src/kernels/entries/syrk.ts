import { gemmFlops, syrkFlops } from '../flops.ts'
import type { Kernel } from '../registry-types.ts'
import { symmetrizeLower } from '../routines/elementwise.ts'
import { gemm } from '../routines/gemm.ts'
import { syrk } from '../routines/syrk.ts'
import { readScalars } from '../scalars.ts'
import { expectExtent, operand, writable } from './operands.ts'

const spec = { alpha: -1, beta: 1 }

/**
 * `S1 = syrk(S, A, B)`: the trailing update of Cholesky, S1 = S - A B^T (beta S + alpha A B^T).
 * Where the program names one tile for A and B, S belongs to the diagonal and the update is symmetric: BLAS syrk on the lower half of S,
 * mirrored into the upper half (so the upper half of S is not read). Two tiles whose values happen to agree are two tiles: their S is
 * any matrix.
 */
export const syrkKernel: Kernel = {
  name: 'syrk',
  aliases: [],
  minInputs: 3,
  maxInputs: 3,
  outputs: 1,
  absent: [false],
  scalars: Object.keys(spec),
  reuses: [0],
  shape(operands, scalars) {
    readScalars('syrk', spec, scalars)
    const s = operand('syrk', operands, 0, 'S')
    const a = operand('syrk', operands, 1, 'A')
    expectExtent('syrk', 'A', a, s.rows, a.cols)
    expectExtent('syrk', 'B', operand('syrk', operands, 2, 'B'), s.cols, a.cols)
    return [{ rows: s.rows, cols: s.cols }]
  },
  flops(operands) {
    const a = operand('syrk', operands, 1, 'A')
    const b = operand('syrk', operands, 2, 'B')
    return a === b ? syrkFlops(a.rows, a.cols) : gemmFlops(a.rows, b.rows, a.cols)
  },
  async run(operands, context) {
    const { alpha, beta } = readScalars('syrk', spec, context.scalars)
    const a = operand('syrk', operands, 1, 'A')
    const b = operand('syrk', operands, 2, 'B')
    const result = await writable(operands, 0, operand('syrk', operands, 0, 'S'), context)
    if (a === b) {
      await syrk(result, a, { alpha, beta })
      await symmetrizeLower(result)
    } else {
      await gemm(result, a, b, { transB: true, alpha, beta })
    }
    return [result]
  },
}
