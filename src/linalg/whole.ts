import type { BigMatrix, MatrixAttributes } from '../matrix/index.ts'
import type { Binding } from '../run/index.ts'
import { dimensions, inputTiled, requireSquare } from './algorithm.ts'

/** All elements of a matrix as an operand, cut into these tiles; the upper half of one that is noted as symmetric mirrors the lower. */
export function wholeInput(A: BigMatrix, tile: readonly [number, number] = tileOf(A)): Binding {
  if (A.attributes.structure !== 'symmetric') return inputTiled(A, tile)
  const { n, nb } = requireSquare(A, 'what is noted as symmetric')
  const isCut = tile.every((extent) => Math.min(extent, n) === Math.min(nb, n))
  return inputTiled(A, [nb, nb], { kind: 'symmetric', stored: 'lower' }, ...(isCut ? [] : [retiled(tile)]))
}

/** Rows and columns of a matrix's tiles. */
export function tileOf(A: BigMatrix): readonly [number, number] {
  const { mb, nb } = dimensions(A)
  return [mb, nb]
}

/** Tiles along each dimension. */
export function gridFor(A: BigMatrix, [mb, nb]: readonly [number, number] = tileOf(A)): { M: number; N: number } {
  const { m, n } = dimensions(A)
  return { M: Math.ceil(m / mb), N: Math.ceil(n / nb) }
}

/** The attributes of a matrix whose zeros, and symmetry, are those of another. */
export function structureOf(A: BigMatrix): MatrixAttributes {
  const { structure } = A.attributes
  return structure === undefined ? {} : { structure }
}

const retiled = (tile: readonly [number, number]) => ({ kind: 'retiled', tile }) as const
