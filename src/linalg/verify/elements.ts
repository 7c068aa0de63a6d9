import { InputError } from '../../errors.ts'
import { type BigMatrix, column, symmetric, type TileArray, tileDtype } from '../../matrix/index.ts'
import { forEachLimit } from '../../util/index.ts'
import { requireSquare, tiledAs } from '../algorithm.ts'
import { scaledRatio } from './ratio.ts'
import type { ResidualOptions } from './residual.ts'

/** What an element should be, and the magnitude on which its rounding errors are measured. */
export type Expected = readonly [value: number, size: number]

/**
 * The largest |b_ij - f(a_ij, ...)| / (size eps) over all elements of a matrix, with eps of its dtype; elements that overflow in that dtype
 * must be infinite, those that have no value NaN. The operands have the matrix's shape. @throws InputError when they have not
 */
export async function elementRatio(
  target: TileArray,
  operands: readonly TileArray[],
  f: (...values: readonly number[]) => Expected,
  options: ResidualOptions = {},
): Promise<number> {
  for (const { url, layout } of operands) expectShape(url, layout.shape, target.layout.shape)
  const [mt = 1, nt = 1] = target.grid
  const indices = Array.from({ length: mt * nt }, (_, at) => [Math.floor(at / nt), at % nt] as const)
  const cut = operands.map((operand) => tiledAs(operand, target.layout.tile as readonly [number, number]))
  const round = tileDtype(target.layout) === 'float32' ? Math.fround : (value: number): number => value
  let worst = 0
  await forEachLimit(indices, options.slots ?? 2, async (index) => {
    options.signal?.throwIfAborted()
    const [found, ...given] = await Promise.all(
      [target, ...cut].map((array) => array.readTile(fromOrigin(array, index), { signal: options.signal })),
    )
    const { data, rows, cols, ld } = found!
    for (let col = 0; col < cols; col++) {
      for (let row = 0; row < rows; row++) {
        const [value, size] = f(...given.map((tile) => tile.data[row + col * tile.ld]!))
        const wanted = round(value)
        const element = data[row + col * ld]!
        if (element === wanted || (Number.isNaN(element) && Number.isNaN(wanted))) continue
        worst = Math.max(worst, scaledRatio(Math.abs(element - wanted), [size], target.layout.dtype))
      }
    }
  })
  return worst
}

/** All elements of a matrix (a vector is one column); the upper half of one that is noted as symmetric mirrors the lower. */
export function whole(A: BigMatrix): TileArray {
  if (A.layout.shape.length === 1) return column(A)
  if (A.attributes.structure !== 'symmetric') return A
  const { nb } = requireSquare(A, 'what is noted as symmetric')
  return symmetric(tiledAs(A, [nb, nb]), 'lower')
}

function fromOrigin({ layout }: TileArray, index: readonly number[]): number[] {
  return index.map((at, dimension) => at + (layout.origin?.[dimension] ?? 0))
}

function expectShape(url: string, found: readonly number[], wanted: readonly number[]): void {
  if (found.join() === wanted.join()) return
  throw new InputError(`${url} is ${found.join(' x ')}; ${wanted.join(' x ')} is wanted`)
}
