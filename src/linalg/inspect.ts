import { dtypeOf, isSameTile, type Tile, transposeInto, zeroTile } from '../kernels/index.ts'
import type { BigMatrix } from '../matrix/index.ts'
import { requireSquare, tiledAs } from './algorithm.ts'

export type Structure = 'lower' | 'upper' | 'symmetric' | 'general'

/**
 * What the elements of a square matrix show: a half that is all zeros (a diagonal matrix counts as lower), or exact symmetry.
 * What its maker noted in the attributes is believed. Reads every tile at most twice; tiles that are not stored are not read.
 */
export async function inspectStructure(
  A: BigMatrix,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Structure> {
  const noted = A.attributes.structure
  if (noted === 'lower' || noted === 'upper' || noted === 'symmetric') return noted
  const { nb, nt } = requireSquare(A, 'inspection')
  const tiled = tiledAs(A, [nb, nb])
  let [lower, upper, symmetric] = [true, true, true]
  for (let j = 0; j < nt; j++) {
    for (let i = j; i < nt; i++) {
      const [below, above] = await Promise.all([
        tiled.readTile([i, j], options),
        i === j ? undefined : tiled.readTile([j, i], options),
      ])
      if (above === undefined) {
        lower &&= isZeroBeyondDiagonal(below, 'above')
        upper &&= isZeroBeyondDiagonal(below, 'below')
        symmetric &&= await isTransposeOf(below, below)
      } else {
        lower &&= isZero(above)
        upper &&= isZero(below)
        symmetric &&= await isTransposeOf(below, above)
      }
      if (!lower && !upper && !symmetric) return 'general'
    }
  }
  return lower ? 'lower' : upper ? 'upper' : 'symmetric'
}

async function isTransposeOf(a: Tile, b: Tile): Promise<boolean> {
  const mirrored = zeroTile(a, dtypeOf(a))
  await transposeInto(mirrored, b)
  return isSameTile(a, mirrored)
}

function isZero({ data, rows, cols, ld }: Tile): boolean {
  for (let c = 0; c < cols; c++) for (let r = 0; r < rows; r++) if (data[c * ld + r] !== 0) return false
  return true
}

function isZeroBeyondDiagonal({ data, rows, cols, ld }: Tile, half: 'above' | 'below'): boolean {
  for (let c = 0; c < cols; c++) {
    const [first, end] = half === 'above' ? [0, Math.min(c, rows)] : [c + 1, rows]
    for (let r = first; r < end; r++) if (data[c * ld + r] !== 0) return false
  }
  return true
}
