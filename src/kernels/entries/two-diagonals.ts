/**
 * From a band to a matrix of two diagonals (n x 2) by bulge chasing, and from these to the values and vectors they stand for:
 * what general and symmetric matrices have in common.
 */

import type { Extent, Kernel } from '../registry-types.ts'
import { readScalars } from '../scalars.ts'
import type { Tile } from '../tile.ts'
import { expectExtent, operand } from './operands.ts'

const chaseSpec = { threads: 2 }
const column = (rows: number): Extent => ({ rows, cols: 1 })
const squares = (count: number, n: number): Extent[] => Array.from({ length: count }, () => ({ rows: n, cols: n }))

interface Chase {
  readonly name: string
  /** What the operand, a band of n columns, is called. */
  readonly band: string
  /** How many tiles of reflectors (n x n) it gives besides the diagonals. */
  readonly reflectors: number
  /** Floating point operations over n^2 times the width of the band. */
  readonly work: number
  reduce(band: Tile, diagonals: Tile, reflectors: readonly Tile[], threads: number): Promise<void>
}

/** The kernel that reduces a band to two diagonals. */
export function chaseKernel({ name, band, reflectors, work, reduce }: Chase): Kernel {
  const results = ({ cols }: Extent): Extent[] => [{ rows: cols, cols: 2 }, ...squares(reflectors, cols)]
  return {
    name,
    aliases: [],
    minInputs: 1,
    maxInputs: 1,
    outputs: 1 + reflectors,
    absent: [false],
    scalars: Object.keys(chaseSpec),
    reuses: [],
    shape(operands, scalars) {
      readScalars(name, chaseSpec, scalars)
      return results(operand(name, operands, 0, band))
    },
    flops(operands) {
      const { rows, cols } = operand(name, operands, 0, band)
      return work * cols ** 2 * (rows - 1)
    },
    async run(operands, context) {
      const given = operand(name, operands, 0, band)
      const { threads } = readScalars(name, chaseSpec, context.scalars)
      const tiles = results(given).map((extent) => context.allocate(extent, given))
      await reduce(given, tiles[0]!, tiles.slice(1), threads)
      return tiles
    },
  }
}

interface Values {
  readonly name: string
  /** How many tiles of vectors (n x n) it gives besides the values. */
  readonly vectors: number
  flops(n: number): number
  solve(diagonals: Tile, values: Tile, vectors: readonly Tile[]): Promise<void>
}

/** The kernel that gives the values (n x 1) of two diagonals D. */
export function valuesKernel({ name, vectors, flops, solve }: Values): Kernel {
  const orderOf = (operands: readonly (Extent | undefined)[]): number => {
    const d = operand(name, operands, 0, 'D')
    expectExtent(name, 'D', d, d.rows, 2)
    return d.rows
  }
  return {
    name,
    aliases: [],
    minInputs: 1,
    maxInputs: 1,
    outputs: 1 + vectors,
    absent: [false],
    scalars: [],
    reuses: [],
    shape(operands, scalars) {
      readScalars(name, {}, scalars)
      const n = orderOf(operands)
      return [column(n), ...squares(vectors, n)]
    },
    flops: (operands) => flops(orderOf(operands)),
    async run(operands, context) {
      const d = operand(name, operands, 0, 'D')
      const values = context.allocate(column(d.rows), d)
      const found = squares(vectors, d.rows).map((extent) => context.allocate(extent, d))
      await solve(d, values, found)
      return [values, ...found]
    },
  }
}
