import type { StoredDtype } from '../matrix/index.ts'
import { dimensions, shipped } from './algorithm.ts'
import type { ProgramSpec } from './spec.ts'
import { gridFor, structureOf, tileOf, wholeInput } from './whole.ts'

const dtypes: readonly StoredDtype[] = ['float64', 'float32', 'int64']

export interface ReshardOptions {
  /** @default that of A */
  readonly tile?: readonly [number, number] | undefined
  /** float32 rounds as IEEE 754 says; int64 takes whole numbers only. @default that of A */
  readonly dtype?: StoredDtype | undefined
}

/** B = A in other tiles, in another element type or in another store. Each tile of B is put together from those of A that it overlaps. */
export const reshard: ProgramSpec<ReshardOptions> = {
  name: 'reshard',
  summary: 'B = A in tiles of another shape, in another element type or in another store',
  examples: [
    'numpywren reshard work/A -o work/B --tile 512',
    'numpywren reshard work/A -o file:///data/B --tile 1024x256 --dtype float32',
  ],
  operands: [{ name: 'A', description: 'm x n' }],
  results: [{ name: 'B', option: 'output', short: 'o', description: 'the same elements', when: 'always' }],
  options: {
    tile: { kind: 'tile', description: 'rows and columns of the tiles of B', otherwise: 'those of A' },
    dtype: { kind: 'choice', choices: dtypes, description: 'element type of B', otherwise: 'that of A' },
  },
  plan(call) {
    const A = call.operand('A')
    const { m, n } = dimensions(A)
    const { tile = tileOf(A), dtype = A.layout.dtype } = call.options
    return {
      name: 'reshard',
      program: shipped('reshard'),
      args: { ...gridFor(A, tile), bits: dtype === 'float32' ? 32 : 64 },
      bindings: {
        A: wholeInput(A, tile),
        B: { ...call.place('B'), layout: { shape: [m, n], tile, dtype }, attributes: structureOf(A) },
      },
      parameters: { tile: tile.join('x'), dtype },
      results: { B: 'B' },
    }
  },
}
