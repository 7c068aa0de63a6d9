import type { MatrixAttributes } from '../matrix/index.ts'
import { dimensions, shipped } from './algorithm.ts'
import type { ProgramSpec } from './spec.ts'
import { structureOf, wholeInput } from './whole.ts'

const mirrored: Readonly<Record<string, MatrixAttributes>> = {
  lower: { structure: 'upper' },
  upper: { structure: 'lower' },
}

/** B = A^T, stored. A view of A costs nothing, where a program can take one; this is for what has to lie in a store. */
export const transpose: ProgramSpec = {
  name: 'transpose',
  summary: 'B = A^T',
  examples: ['numpywren transpose work/A -o work/B'],
  operands: [{ name: 'A', description: 'm x n' }],
  results: [{ name: 'B', option: 'output', short: 'o', description: 'the transpose, n x m', when: 'always' }],
  options: {},
  plan(call) {
    const A = call.operand('A')
    const { m, n, mb, nb, mt, nt } = dimensions(A)
    const attributes = structureOf(A)
    return {
      name: 'transpose',
      program: shipped('transpose'),
      args: { M: mt, N: nt },
      bindings: {
        A: wholeInput(A),
        B: {
          ...call.place('B'),
          layout: { shape: [n, m], tile: [nb, mb], dtype: A.layout.dtype },
          attributes: mirrored[attributes.structure ?? ''] ?? attributes,
        },
      },
      parameters: { m, n },
      results: { B: 'B' },
    }
  },
}
